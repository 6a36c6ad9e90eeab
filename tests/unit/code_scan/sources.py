"""Small source trees for the tests of the code scan, and what a scan made of them."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.code_scan.code_files import scan_files
from orchestration.code_scan.declared import collect_declared
from orchestration.code_scan.inputs import discover_code, find_code_roots, read_declaration_files
from orchestration.code_scan.linker import CodeBase
from orchestration.code_scan.options import ScanOptions, ScanReport
from orchestration.code_scan.packages import PackageMap
from orchestration.code_scan.scan import scan_code
from tests.corpus import REPOSITORY

TRICKY = REPOSITORY / "tests" / "corpora" / "code"
OPTIONS = ScanOptions(worker_count=1)


def write_tree(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder and return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def link_tree(root: Path, lake: Path) -> CodeBase:
    """Return the code base of a tree, without declarations."""
    roots = find_code_roots([root])
    sources = discover_code(roots, OPTIONS)
    declared = collect_declared(read_declaration_files([], roots, sources, OPTIONS))
    scanned = scan_files([source for source in sources if source.language != "json"], lake, OPTIONS, 1, lambda *_: None)
    facts = {file.source.code_file_path: file.facts for file in scanned.files if file.facts is not None}
    return CodeBase(facts, PackageMap(declared.packages, facts, declared.aliases))


def scan_tree(root: Path, home: Path, **named: Any) -> ScanReport:
    """Scan a tree into `home/lake`; `named` are sequences, coverage and options."""
    return scan_code(
        [root],
        named.get("sequences", []),
        named.get("coverage", []),
        home / "lake",
        named.get("options", OPTIONS),
    )


def rows(home: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a raw table."""
    with pq.ParquetFile(home / "lake" / "raw" / table / f"{table}.parquet") as file:
        return [dict(row) for row in file.read().to_pylist()]


def sequence(key: str, *handlers: str, plugin: str = "Plugin") -> str:
    """Return the JSON of a sequence with one beat per handler."""
    beats = ", ".join(
        f'{{"beat": {number}, "event": "{key}:{handler}", "handler": "{handler}"}}'
        for number, handler in enumerate(handlers, 1)
    )
    return (
        f'{{"id": "{key}", "name": "{key}", "pluginId": "{plugin}", "movements": [{{"id": "m", "beats": [{beats}]}}]}}'
    )
