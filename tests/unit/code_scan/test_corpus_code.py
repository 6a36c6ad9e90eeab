"""The scan of the corpus application against what is true of it (code_facts)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from orchestration.code_scan.options import ScanOptions, ScanReport
from orchestration.code_scan.scan import scan_code
from tests.unit.code_scan.corpus_code import corpus_code_path
from tests.unit.code_scan.sources import rows

pytestmark = pytest.mark.corpus

PLUGIN_PACKAGES = (
    "canvas", "canvas-component", "components", "control-panel", "header", "library", "library-component",
    "real-estate-analyzer",
)  # fmt: skip


def facts_of(corpus: Path, name: str) -> Any:
    return json.loads((corpus / "code_facts" / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def declared_home(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("declared")
    scan_code([], [corpus / "declared"], [], home / "lake", ScanOptions())
    return home


def test_the_declared_sequences_and_beats_are_all_there(corpus: Path, declared_home: Path) -> None:
    truth = facts_of(corpus, "sequences_independent.json")
    primary = [row for row in rows(declared_home, "sequences") if row["is_primary"]]
    beats = rows(declared_home, "beats")
    assert (len(primary), len(beats), len({beat["topic"] for beat in beats})) == (49, 106, 97)
    assert {(row["sequence_key"], row["sequence_name"], row["plugin_name"], row["beat_count"]) for row in primary} == {
        (entry["id"], entry["name"], entry["pluginId"], len(entry["beats"])) for entry in truth
    }


def test_the_handlers_are_87_names_in_93_pairs(declared_home: Path) -> None:
    handlers = rows(declared_home, "handlers")
    assert (len({row["handler_name"] for row in handlers}), len(handlers)) == (87, 93)
    assert {row["resolution"] for row in handlers} == {"unresolved"}


def test_the_manifests_give_317_topics_and_9_plugins(declared_home: Path) -> None:
    topics = {row["topic"] for row in rows(declared_home, "topic_routes") if row["route_kind"] == "topic"}
    assert (len(topics), len(rows(declared_home, "plugins"))) == (317, 9)


@pytest.fixture(scope="module")
def scanned(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ScanReport]:
    code = corpus_code_path()
    if code is None:
        pytest.skip("the corpus application's source is not here (set SIGHTLINE_CORPUS_CODE to a checkout)")
    home = tmp_path_factory.mktemp("scanned")
    return home, scan_code([code], [corpus / "declared"], [corpus / "coverage"], home / "lake", ScanOptions())


def test_handlers_resolve_to_the_places_that_are_true(corpus: Path, scanned: tuple[Path, ScanReport]) -> None:
    home, report = scanned
    plugins = {row["sequence_key"]: row["plugin_name"] for row in rows(home, "sequences")}
    truth: dict[tuple[str, str], set[str]] = {}
    for entry in facts_of(corpus, "handlers_resolved.json"):
        for use in entry["sequences"]:
            pair = plugins[use.partition("#")[0]], entry["handler"]
            truth.setdefault(pair, set()).update(candidate.partition(" ")[0] for candidate in entry["candidates"])
    found = {(row["plugin_name"], row["handler_name"]): row for row in rows(home, "handlers")}
    assert found.keys() == truth.keys()
    wrong = {
        pair: row
        for pair, row in found.items()
        if row["resolution"] == "unique" and f"{row['code_file_path']}:{row['code_line_number']}" not in truth[pair]
    }
    assert wrong == {}
    # ControlPanelPlugin.notifyUi is one name for four functions, one per handlers module of its seven sequences.
    assert [pair for pair, row in found.items() if row["resolution"] != "unique"] == [
        ("ControlPanelPlugin", "notifyUi")
    ]
    assert report.unique_handler_count == 92
    assert Counter(row["resolution"] for row in rows(home, "beat_handlers")) == {"unique": 106}
    assert len({(row["package_name"], row["handler_name"]) for row in found.values()}) == 90


def test_of_three_declarations_of_one_sequence_the_package_counts(scanned: tuple[Path, ScanReport]) -> None:
    copies = [
        row for row in rows(scanned[0], "sequences") if row["sequence_key"] == "real-estate-analyzer-search-symphony"
    ]
    assert [row["declaration_file_path"].partition("/")[0] for row in copies if row["is_primary"]] == ["packages"]
    assert len(copies) == 3


def test_functions_of_the_plugin_packages_are_counted_as_the_compiler_counts_them(
    scanned: tuple[Path, ScanReport],
) -> None:
    sources = tuple(f"packages/{name}/src/" for name in PLUGIN_PACKAGES)
    functions = [
        row
        for row in rows(scanned[0], "code_symbols")
        if row["code_file_path"].startswith(sources) and not row["is_test"] and row["symbol_kind"] != "class"
    ]
    assert Counter(row["symbol_kind"] for row in functions) == {
        "function": 285,
        "arrow": 140,
        "method": 107,
        "object_member": 28,
    }


def test_every_test_file_has_as_many_tests_as_are_true_of_it(corpus: Path, scanned: tuple[Path, ScanReport]) -> None:
    truth = {entry["file"]: entry["it"] for entry in facts_of(corpus, "tests_by_file.json")}
    found = {row["code_file_path"]: row["test_count"] for row in rows(scanned[0], "source_files")}
    assert {path: found.get(path) for path in truth} == truth
    assert sum(truth.values()) == 1560


def test_coverage_of_handlers_agrees_with_the_merged_istanbul_file(
    corpus: Path, scanned: tuple[Path, ScanReport]
) -> None:
    istanbul = json.loads((corpus / "coverage" / "coverage-final.json").read_text("utf-8"))
    places = {(row["plugin_name"], row["handler_name"]): row for row in rows(scanned[0], "handlers")}
    checked = 0
    for row in rows(scanned[0], "handler_coverage"):
        handler = places[row["plugin_name"], row["handler_name"]]
        entry = istanbul.get(handler["code_file_path"])
        if entry is None:
            continue
        span = range(handler["code_line_number"], handler["code_end_line_number"] + 1)
        hits: dict[int, int] = {}
        for key, place in entry["statementMap"].items():
            line = place["start"]["line"]
            if line in span:
                hits[line] = max(hits.get(line, 0), entry["s"][key])
        # Loading a module runs the line that declares a function: where no call was counted, nothing of it is covered.
        own = [entry["f"][key] for key, place in entry["fnMap"].items() if place["decl"]["start"]["line"] == span.start]
        covered = 0 if own and not any(own) else sum(count > 0 for count in hits.values())
        assert (row["covered_line_count"], row["executable_line_count"]) == (covered, len(hits)), handler
        checked += 1
    assert checked >= 80


def test_the_reported_results_are_those_of_the_suite(scanned: tuple[Path, ScanReport]) -> None:
    results = rows(scanned[0], "test_results")
    assert Counter(row["test_status"] for row in results) == {"passed": 862, "skipped": 34, "failed": 1}
    assert all(row["test_file_path"] for row in results)
