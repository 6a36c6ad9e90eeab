"""Source maps are found where builds lie, kept without what places do not need, and written into the lake."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.code_scan.source_maps import read_source_maps
from tests.unit.code_scan.sources import scan_tree, write_tree

MAP = {"version": 3, "sources": ["../src/pay.ts"], "sourcesContent": ["secret"], "names": ["pay"], "mappings": "AAAA"}


def test_a_map_in_an_ignored_build_is_found_and_kept_without_sources(tmp_path: Path) -> None:
    files = {".gitignore": "dist\n", "dist/app-1.js.map": json.dumps(MAP), "node_modules/a/b.js.map": json.dumps(MAP)}
    (found,) = read_source_maps(write_tree(tmp_path, files), "shop/")
    assert (found.generated_file_name, found.source_map_path) == ("app-1.js", "shop/dist/app-1.js.map")
    assert json.loads(found.content) == {"sources": ["../src/pay.ts"], "mappings": "AAAA"}


def test_what_is_no_map_is_passed_over(tmp_path: Path) -> None:
    files = {"a.js.map": "not json", "b.js.map": "[]", "c.js.map": '{"mappings": 3}', "d.css.map": json.dumps(MAP)}
    assert read_source_maps(write_tree(tmp_path, files)) == []


def test_a_scan_writes_the_maps_into_the_lake(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {"dist/app-1.js.map": json.dumps(MAP), "src/pay.ts": "export const a = 1;\n"})
    scan_tree(root, tmp_path / "home")
    (path,) = (tmp_path / "home").rglob("source_maps.parquet")
    assert pq.read_table(path)["generated_file_name"].to_pylist() == ["app-1.js"]


def test_maps_of_sections_and_with_a_guarding_first_line_are_kept_without_sources(tmp_path: Path) -> None:
    section = {"offset": {"line": 0, "column": 0}, "map": MAP}
    files = {
        "a.js.map": json.dumps({"version": 3, "sections": [section, {"offset": {}, "map": None}, {"url": "b"}]}),
        "b.js.map": ")]}'\n" + json.dumps(MAP),
        "c.js.map": json.dumps({"version": 3, "sections": [7]}),
    }
    first, second = read_source_maps(write_tree(tmp_path, files))
    kept = {"sources": ["../src/pay.ts"], "mappings": "AAAA"}
    assert json.loads(first.content) == {"sections": [{"offset": {"line": 0, "column": 0}, "map": kept}]}
    assert json.loads(second.content) == kept
