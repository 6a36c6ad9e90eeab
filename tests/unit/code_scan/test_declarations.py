"""Declared sequences, indexes and manifests: recognised by shape; one copy of each sequence counts."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.code_scan.declarations import read_declarations, read_index
from orchestration.code_scan.manifests import read_plugins, read_routes
from orchestration.domain.errors import UsageError
from tests.unit.code_scan.sources import rows, scan_tree, sequence, write_tree


def test_names_and_numbers_are_read_under_their_common_spellings() -> None:
    value = {
        "id": "play",
        "title": "Play",
        "movements": [
            {"id": "a", "name": "A", "beats": [{"beat": 5, "event": "t1", "handler": "h1", "kind": "pure"}]},
            {"title": "B", "beats": [{"topic": "t2", "handler": {"name": "h2"}}]},
        ],
    }
    (found,) = read_declarations(value, looks_inside=False)
    assert (found.sequence_key, found.sequence_name, found.movement_count) == ("play", "Play", 2)
    first, second = found.beats
    assert (first.movement_number, first.beat_number, first.beat_position, first.topic) == (1, 5, 1, "t1")
    assert (second.movement_name, second.beat_number, second.beat_position, second.handler_name) == ("B", 1, 2, "h2")
    assert second.json_path == "$.movements[1].beats[0]"


@pytest.mark.parametrize(
    "value",
    [None, [], 3, {"id": "x"}, {"movements": []}, {"id": "x", "movements": "many"}, {"sequences": [{"id": "x"}]}],
)
def test_what_is_no_sequence_declares_nothing(value: Any) -> None:
    assert read_declarations(value, looks_inside=True) == []


def test_an_index_is_no_sequence_but_names_the_handlers_of_others() -> None:
    value = {"sequences": [{"file": "a.json", "handlersPath": "@x/a"}, {"file": "b.json"}, "c.json"]}
    assert read_declarations(value, looks_inside=True) == []
    assert read_index(value) == {"a.json": "@x/a"}


def test_the_copy_nearest_to_the_code_of_its_handlers_counts(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "catalog/play.json": sequence("play", "go"),
            "packages/a/src/go.ts": "export function go() {}",
            "packages/a/sequences/play.json": sequence("play", "go"),
        },
    )
    scan_tree(root, tmp_path)
    copies = {row["declaration_file_path"]: row["is_primary"] for row in rows(tmp_path, "sequences")}
    assert copies == {"packages/a/sequences/play.json": True, "catalog/play.json": False}


def test_named_declarations_say_what_exists_and_the_code_adds_only_copies(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {
            "a/play.json": sequence("play", "go"),
            "a/draft.json": sequence("draft", "go"),
            "b/play.json": sequence("play"),
        },
    )
    declared = write_tree(tmp_path / "declared", {"a/play.json": sequence("play", "go")})
    scan_tree(root, tmp_path, sequences=[declared])
    found = [
        (row["sequence_key"], row["declaration_file_path"], row["is_primary"]) for row in rows(tmp_path, "sequences")
    ]
    assert found == [("play", "a/play.json", True), ("play", "b/play.json", False)]


def test_samples_and_fixtures_inside_the_code_declare_nothing(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code",
        {"docs/samples/play.json": sequence("sample"), "tests/x.json": sequence("test"), "play.json": sequence("play")},
    )
    scan_tree(root, tmp_path)
    assert [row["sequence_key"] for row in rows(tmp_path, "sequences")] == ["play"]


def test_malformed_json_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "code", {"bad.json": '{"id": "x", "movements": [', "play.json": sequence("play", "go")}
    )
    report = scan_tree(root, tmp_path)
    (row,) = [row for row in rows(tmp_path, "source_files") if row["scan_status"] == "skipped"]
    assert (row["code_file_path"], row["language"]) == ("bad.json", None)
    assert row["problem"].startswith("not valid JSON:")
    assert report.sequence_count == 1


def test_topics_with_and_without_routes_and_plugins_are_read_by_shape() -> None:
    topics = {"topics": {"a.b": {"routes": [{"pluginId": "P", "sequenceId": "s"}]}, "c.d": {"notes": "nobody listens"}}}
    routed, lonely = read_routes(topics)
    assert (routed.topic, routed.plugin_name, routed.sequence_key) == ("a.b", "P", "s")
    assert (lonely.topic, lonely.sequence_key, lonely.route_kind) == ("c.d", None, "topic")
    (plugin,) = read_plugins({"plugins": [{"id": "P", "description": "What it is.", "runtime": {"module": "@x/p"}}]})
    assert (plugin.plugin_name, plugin.description, plugin.module) == ("P", "What it is.", "@x/p")


def test_a_manifest_without_any_route_defines_topics_and_says_nothing_of_routes() -> None:
    (only,) = read_routes({"topics": {"a.b": {"description": "no routes here"}}})
    assert (only.topic, only.sequence_key, only.route_kind) == ("a.b", None, "definition")


def test_a_report_about_topics_is_no_manifest() -> None:
    assert read_routes({"topics": {"published": {"a.b": 3}, "routed": {}}}) == []
    assert read_plugins({"plugins": ["eslint-plugin-x"]}) == []


@pytest.mark.parametrize("named", [{"sequences": ["nowhere"]}, {"coverage": ["nowhere/*.info"]}])
def test_what_does_not_exist_is_wrong_use(named: dict[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    with pytest.raises(UsageError, match="nowhere"):
        scan_tree(tmp_path / "code", tmp_path, **named)


def test_a_code_folder_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No code at"):
        scan_tree(tmp_path / "nowhere", tmp_path)
