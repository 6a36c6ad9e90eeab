"""The example's declarations: enough of them, consistent with the code, and partly unused and untested."""

import json
import re
from pathlib import Path
from typing import Any

from tests.unit.examples.bistro_files import BISTRO, beats_of, read_rows, read_sequences


def test_the_application_is_large_enough_to_be_worth_looking_at() -> None:
    sequences = read_sequences()
    beats = [(path, beat) for path, sequence in sequences.items() for beat in beats_of(sequence)]
    assert len(sequences) >= 15
    assert len(beats) >= 40
    assert len({(sequences[path]["pluginId"], beat["handler"]) for path, beat in beats}) >= 35
    assert len({path.parent for path in sequences}) >= 5


def test_every_sequence_is_listed_in_its_index_with_the_module_of_its_handlers() -> None:
    for folder in {path.parent for path in read_sequences()}:
        entries = json.loads((folder / "index.json").read_text("utf-8"))["sequences"]
        assert {entry["file"] for entry in entries} == {path.name for path in folder.iterdir()} - {"index.json"}
        assert all((BISTRO / f"{entry['handlersPath']}.ts").is_file() for entry in entries)


def test_every_declared_handler_is_exported_by_its_module() -> None:
    for path, sequence in read_sequences().items():
        code = (path.parents[1] / "handlers.ts").read_text("utf-8")
        for beat in beats_of(sequence):
            assert f"export const {beat['handler']}: BistroHandler = " in code, f"{path.name}: {beat['handler']}"


def test_movements_number_their_beats_from_one() -> None:
    for sequence in read_sequences().values():
        for movement in sequence["movements"]:
            assert [beat["beat"] for beat in movement["beats"]] == list(range(1, len(movement["beats"]) + 1))


def test_manifests_route_only_to_declared_sequences() -> None:
    declared = {(sequence["pluginId"], sequence["id"]) for sequence in read_sequences().values()}
    topics = _manifest("topics-manifest")["topics"]
    interactions = _manifest("interaction-manifest")["routes"]
    routes = [route for topic in topics.values() for route in topic["routes"]] + list(interactions.values())
    assert {(route["pluginId"], route["sequenceId"]) for route in routes} <= declared
    assert {plugin["id"] for plugin in _manifest("plugin-manifest")["plugins"]} == {name for name, _ in declared}


def test_some_handlers_never_run_and_some_that_run_have_no_test() -> None:
    declared = _declared_handlers()
    used = {name for row in read_rows("truth.jsonl") for name in row["handlers"]}
    tested = {name for name in declared if _is_imported_by_a_test(name.split(".")[1])}
    assert declared - used, "every declared handler runs: nothing to find for a coverage report"
    assert (declared & used) - tested, "every running handler has a test: nothing to find for a coverage report"
    assert (declared - used) & tested
    assert (declared - used) - tested


def test_every_module_has_tests_of_its_own() -> None:
    modules = [path for path in (BISTRO / "src" / "modules").iterdir() if path.is_dir()]
    assert len(modules) >= 5
    assert all((module / "handlers.test.ts").is_file() for module in modules)


def test_the_coverage_report_speaks_of_every_handlers_file_by_its_path_in_the_application() -> None:
    report = (BISTRO / "coverage" / "lcov.info").read_text("utf-8")
    covered = set(re.findall(r"^SF:(.*)$", report, flags=re.MULTILINE))
    assert {path.relative_to(BISTRO).as_posix() for path in BISTRO.glob("src/modules/*/handlers.ts")} <= covered
    assert all((BISTRO / path).is_file() for path in covered)


def test_the_lock_file_names_no_download_address() -> None:
    assert "resolved" not in (BISTRO / "package-lock.json").read_text("utf-8")


def _manifest(name: str) -> Any:
    return json.loads((BISTRO / "manifests" / f"{name}.json").read_text("utf-8"))


def _declared_handlers() -> set[str]:
    sequences = read_sequences().values()
    return {f"{sequence['pluginId']}.{beat['handler']}" for sequence in sequences for beat in beats_of(sequence)}


def _is_imported_by_a_test(handler: str) -> bool:
    tests: list[Path] = sorted(BISTRO.glob("src/modules/*/handlers.test.ts"))
    return any(re.search(rf"^import .*\b{handler}\b.* from", path.read_text("utf-8"), re.MULTILINE) for path in tests)
