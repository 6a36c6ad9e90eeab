"""State rows of the log, from rows to rows: what the dbt model int_state_changes__parsed calls.

A row says `+added,keys ~updated -removed`; here it becomes one row per key, with what its preview shows of the value.
An Arrow table comes in and one goes out, with a fixed schema. How a preview is read is in state_preview.py.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from orchestration.analysis.state.state_preview import read_preview

STATE_COLUMNS: Mapping[str, pa.DataType] = {
    "session_id": pa.string(),
    "line_number": pa.int64(),
    "key_position": pa.int64(),
    "state_key": pa.string(),
    "mutation_kind": pa.string(),
    "value_type": pa.string(),
    "value_shape": pa.string(),
    "value_after": pa.string(),
    "is_value_cut": pa.bool_(),
    "is_preview_cut": pa.bool_(),
}
# The three parts come in this order, each at most once. A key may hold any of the signs: only one after a space parts.
_CHANGE = re.compile(r"(?:\+(?P<added>.*?))?(?:(?:^| )~(?P<updated>.*?))?(?:(?:^| )-(?P<removed>.*))?", re.DOTALL)


def parse_state_rows(rows: pa.Table) -> pa.Table:
    """Return a row per key changed per state row; `rows` has session_id, line_number, state_change, state_preview."""
    names = ("session_id", "line_number", "state_change", "state_preview")
    columns = [rows.column(name).to_pylist() for name in names]
    parsed: dict[str, list[Any]] = {name: [] for name in STATE_COLUMNS}
    for session_id, line_number, change, preview in zip(*columns, strict=True):
        for values in _rows_of(session_id, line_number, change or "", preview or ""):
            for name, value in zip(STATE_COLUMNS, values, strict=True):
                parsed[name].append(value)
    return pa.table(parsed, schema=pa.schema(STATE_COLUMNS)).sort_by(
        [("session_id", "ascending"), ("line_number", "ascending"), ("key_position", "ascending")]
    )


def split_change(change: str) -> Iterator[tuple[str, str]]:
    """Yield kind and key of every change a text like `+a,b ~c -d` names, in its order."""
    match = _CHANGE.fullmatch(change.strip())
    for kind, keys in (match.groupdict() if match else {}).items():
        for key in (keys or "").split(","):
            if key.strip():
                yield kind, key.strip()


def _rows_of(session_id: str, line_number: int, change: str, preview: str) -> Iterator[tuple[Any, ...]]:
    seen, is_cut = read_preview(preview)
    for position, (kind, key) in enumerate(split_change(change), 1):
        value = seen.get(key) if kind != "removed" else None
        yield (
            session_id,
            line_number,
            position,
            key,
            kind,
            value.value_type if value else None,
            value.shape if value else None,
            value.text if value else None,
            value.is_cut if value else None,
            is_cut,
        )
