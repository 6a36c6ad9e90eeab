"""State rows: which keys changed how, and what a cut preview still shows."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.state_changes import STATE_CHANGES
from orchestration.log_ingest.ledger import Ledger
from orchestration.log_ingest.state_changes import parse_state_rows, split_change
from orchestration.log_ingest.state_preview import SeenValue, read_preview
from tests.unit.log_ingest.log_lake import Lake, ingest, write


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ("+a,b ~c -d", [("added", "a"), ("added", "b"), ("updated", "c"), ("removed", "d")]),
        ("~timestamp", [("updated", "timestamp")]),
        ("-dishes", [("removed", "dishes")]),
        ("+menuVersion -dishes", [("added", "menuVersion"), ("removed", "dishes")]),
        ("+data-theme,a~b ~x+y", [("added", "data-theme"), ("added", "a~b"), ("updated", "x+y")]),
        ("nothing of the kind", []),
        ("", []),
    ],
)
def test_a_change_is_split_by_kind_and_key(change: str, keys: list[tuple[str, str]]) -> None:
    assert list(split_change(change)) == keys


def test_a_whole_preview_shows_value_type_and_shape() -> None:
    seen, is_cut = read_preview('{"theme":"dark","size":{"w":1,"h":2},"ids":[1,2],"ok":true,"none":null,"n":1.5}')
    assert not is_cut
    assert seen["theme"] == SeenValue('"dark"', "string", "4 characters", False)
    assert seen["size"] == SeenValue('{"w":1,"h":2}', "object", "{h, w}", False)
    assert seen["ids"] == SeenValue("[1,2]", "array", "2 items of number", False)
    assert [seen[key].value_type for key in ("ok", "none", "n")] == ["boolean", "null", "number"]


@pytest.mark.parametrize(
    ("preview", "key", "expected"),
    [
        ('{"a":1,"b":[{"x":1},{"x":', "b", SeenValue('[{"x":1},{"x":', "array", "2 items or more", True)),
        ('{"b":{"x":1,"y":{"z', "b", SeenValue('{"x":1,"y":{"z', "object", "{x, y, \u2026}", True)),
        ('{"b":"half a te', "b", SeenValue('"half a te', "string", None, True)),
        ('{"b":12', "b", SeenValue("12", "number", None, True)),
        ('{"b":', "b", SeenValue("", "unknown", None, True)),
        ('{\\"b\\":[\\"x\\"]}', "b", SeenValue('["x"]', "array", "1 item of string", False)),
    ],
)
def test_of_a_cut_preview_what_stands_before_the_cut_is_read(preview: str, key: str, expected: SeenValue) -> None:
    assert read_preview(preview)[0][key] == expected


def test_a_key_behind_the_cut_is_not_shown() -> None:
    seen, is_cut = read_preview('{"a":1,"second\u2026')
    assert (list(seen), is_cut) == (["a"], True)


def test_each_changed_key_is_a_row_and_a_removed_one_has_no_value() -> None:
    rows = pa.table(
        {
            "signal": ["state_changed", "state_changed", "beat_started", None],
            "line_number": [7, 8, 9, 10],
            "state_change": ["+a ~b -c", None, "+d", "+e"],
            "state_preview": ['{"a":1,"b":2,"c":3}', None, None, None],
        }
    )
    found = parse_state_rows(rows).to_pylist()
    assert [(row["state_key"], row["mutation_kind"], row["value_after"], row["key_position"]) for row in found] == [
        ("a", "added", "1", 1),
        ("b", "updated", "2", 2),
        ("c", "removed", None, 3),
    ]


def test_no_state_rows_give_an_empty_table_of_the_same_columns() -> None:
    texts = {name: pa.array([], pa.string()) for name in ("signal", "state_change", "state_preview")}
    found = parse_state_rows(pa.table(texts | {"line_number": pa.array([], pa.int64())}))
    assert found.num_rows == 0
    assert found.column_names == [column.name for column in STATE_CHANGES.columns[2:]]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_preview(text)
    read_preview("{" + text)
    read_preview('{"a":' + text)
    list(split_change(text))


def test_depth_is_no_danger() -> None:
    seen, is_cut = read_preview('{"a":' + "[" * 100_000)
    assert (is_cut, seen["a"].value_type) == (True, "array")


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers() | st.text(max_size=9), max_size=4), st.data())
def test_a_cut_never_invents_a_key_or_calls_a_part_whole(state: dict[str, object], data: st.DataObject) -> None:
    whole = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
    cut = whole[: data.draw(st.integers(1, len(whole)))]
    if cut.endswith("..."):
        return
    for key, value in read_preview(cut)[0].items():
        assert key in state
        assert value.is_cut or json.loads(value.text) == state[key]


def state_log(count: int) -> str:
    """Return a log in which each flow's state gains a key."""
    lines = [
        f"2026-11-20T10:00:{number // 60:02}.{number % 60:03}Z  DEBUG [menu] state.changed flow=f-{number}"
        f' name="Menu" topic=menu:load plugin=P handler=load change="+dishes ~cuisine"'
        f' preview="{{\\"dishes\\":{number}}}"\n'
        for number in range(1, count + 1)
    ]
    return "INFO [app] session.start session=one\n" + "".join(lines)


def changes(lake: Lake) -> list[tuple[Any, ...]]:
    return sorted(lake.table("state_changes").select("line_number", "state_key", "mutation_kind", "value_after").rows())


def test_state_rows_of_a_log_that_grows_are_taken_apart_once(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", state_log(50))
    ingest(path, tmp_path / "lake")
    write(path, state_log(80), age=1800)
    found = changes(ingest(path, tmp_path / "lake"))
    assert found == changes(ingest(path, tmp_path / "fresh"))
    assert len(found) == 160
    assert found[:2] == [(2, "cuisine", "updated", None), (2, "dishes", "added", "1")]


def test_what_an_earlier_version_kept_of_a_log_that_is_gone_is_taken_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", state_log(20))
    other = write(tmp_path / "logs/b.log", state_log(3).replace("session=one", "session=two"))
    fresh = changes(ingest([path, other], tmp_path / "lake"))
    ledger = Ledger(tmp_path / "lake")
    for entry in list(ledger.entries.values()):
        parts = tuple(part for part in entry.state.parts if part.table != STATE_CHANGES.name)
        ledger.commit(replace(entry, state=replace(entry.state, parts=parts, has_state_changes=False)))
    path.unlink()
    assert changes(ingest(other, tmp_path / "lake")) == fresh
    assert len(fresh) == 46
