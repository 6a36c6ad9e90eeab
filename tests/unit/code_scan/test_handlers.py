"""Which function a declared handler is: evidence from strongest to weakest, and what stays open."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.code_scan.sources import TRICKY, rows, scan_tree, sequence, write_tree

INDEX = '{"sequences": [{"file": "play.json", "handlersPath": "%s"}]}'


def handlers_of(root: Path, home: Path, **named: Any) -> dict[str, dict[str, Any]]:
    scan_tree(root, home, **named)
    return {f"{row['plugin_name']}.{row['handler_name']}": row for row in rows(home, "handlers")}


def place(row: dict[str, Any]) -> str:
    return f"{row['code_file_path']}:{row['code_line_number']}"


@pytest.mark.parametrize("module", ["src/handlers", "./handlers", "./handlers.js", "/src/handlers.ts", "app/handlers"])
def test_the_module_an_index_names_decides(module: str, tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "package.json": '{"name": "app"}',
            "src/handlers.ts": "\nexport function start() {}\n",
            "src/other.ts": "export function start() {}\n",
            "src/index.json": INDEX % module,
            "src/play.json": sequence("play", "start"),
        },
    )
    row = handlers_of(root, tmp_path)["Plugin.start"]
    assert (row["resolution"], place(row)) == ("unique", "src/handlers.ts:2")
    assert row["resolution_evidence"] == f"the index names {module} (src/handlers.ts); exported by it"


def test_the_entry_of_the_package_decides_where_no_index_does(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "packages/a/package.json": '{"name": "@x/a", "main": "./dist/index.js"}',
            "packages/a/src/index.ts": "import { go } from './go';\nexport const handlers = { go };\n",
            "packages/a/src/go.ts": "export const go = () => 1;\n",
            "packages/a/src/also.ts": "export const go = () => 2;\n",
            "packages/a/sequences/play.json": sequence("play", "go"),
        },
    )
    row = handlers_of(root, tmp_path)["Plugin.go"]
    assert (row["resolution"], place(row), row["package_name"]) == ("unique", "packages/a/src/go.ts:1", "@x/a")
    assert "the entry of package @x/a" in row["resolution_evidence"]


def test_functions_of_one_name_in_two_packages_are_told_apart(tmp_path: Path) -> None:
    found = handlers_of(TRICKY / "09-same-names", tmp_path)
    assert place(found["CartPlugin.refresh"]) == "packages/cart/src/refresh.ts:1"
    assert place(found["MenuPlugin.refresh"]) == "packages/menu/src/refresh.ts:2"


def test_what_nothing_tells_apart_stays_ambiguous_with_its_candidates(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {"a.ts": "export function go() {}", "b.ts": "export function go() {}", "play.json": sequence("play", "go")},
    )
    row = handlers_of(root, tmp_path)["Plugin.go"]
    assert (row["resolution"], row["candidate_count"], row["candidates"]) == ("ambiguous", 2, "a.ts:1\nb.ts:1")
    assert row["code_file_path"] is None


def test_a_pair_with_a_function_per_sequence_is_ambiguous_but_each_beat_is_known(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "one/handlers.ts": "export const handlers = { notify() {} };",
            "one/index.json": INDEX % "./handlers",
            "one/play.json": sequence("one", "notify"),
            "two/handlers.ts": "export const handlers = { notify() {} };",
            "two/index.json": INDEX % "./handlers",
            "two/play.json": sequence("two", "notify"),
        },
    )
    row = handlers_of(root, tmp_path)["Plugin.notify"]
    assert row["resolution"] == "ambiguous"
    assert row["resolution_evidence"] == (
        "one function per sequence, each known: one: one/handlers.ts:1; two: two/handlers.ts:1"
    )
    beats = {beat["sequence_key"]: place(beat) for beat in rows(tmp_path, "beat_handlers")}
    assert beats == {"one": "one/handlers.ts:1", "two": "two/handlers.ts:1"}


def test_a_handler_without_a_function_says_so(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "code", {"a.ts": "export function go() {}", "play.json": sequence("play", "stop")})
    row = handlers_of(root, tmp_path)["Plugin.stop"]
    assert row["resolution"] == "unresolved"
    assert row["resolution_evidence"] == "no function called stop in the scanned code"


def test_without_code_every_handler_is_unresolved_for_that_reason(tmp_path: Path) -> None:
    declared = write_tree(tmp_path / "declared", {"play.json": sequence("play", "go")})
    empty = tmp_path / "empty"
    empty.mkdir()
    row = handlers_of(empty, tmp_path, sequences=[declared])["Plugin.go"]
    assert (row["resolution"], row["resolution_evidence"]) == ("unresolved", "no code was scanned")


def test_functions_in_tests_are_never_handlers(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {"__tests__/go.spec.ts": "export function go() {}", "play.json": sequence("play", "go")},
    )
    assert handlers_of(root, tmp_path)["Plugin.go"]["resolution"] == "unresolved"
