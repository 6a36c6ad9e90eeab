"""State rows of a log: a record says `+added,keys ~updated -removed`, here it becomes one row per key.

A pure function of the texts of one record, so rows are made with the record and never again. How a preview of the
values is read is in state_preview.py, the columns are in orchestration/domain/state_changes.py.
"""

import re
from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa

from orchestration.log_ingest.state_preview import read_preview

_COLUMNS = {
    "line_number": pl.Int64(),
    "key_position": pl.Int64(),
    "state_key": pl.String(),
    "mutation_kind": pl.String(),
    "value_type": pl.String(),
    "value_shape": pl.String(),
    "value_after": pl.String(),
    "is_value_cut": pl.Boolean(),
    "is_preview_cut": pl.Boolean(),
}
# The signal of a state row (domain/signals.py).
_STATE_CHANGED = "state_changed"
_READ = ("signal", "line_number", "state_change", "state_preview")
# The three parts come in this order, each at most once. A key may hold any of the signs: only one after a space parts.
_CHANGE = re.compile(r"(?:\+(?P<added>.*?))?(?:(?:^| )~(?P<updated>.*?))?(?:(?:^| )-(?P<removed>.*))?", re.DOTALL)


def parse_state_rows(records: pa.Table) -> pa.Table:
    """Return a row per key changed per state row, without the log's id and path, in the order of the records.

    Records of an earlier or later version may lack a column: what is not there says nothing.
    """
    read = pl.DataFrame(pl.from_arrow(records.select([name for name in _READ if name in records.column_names])))
    read = read.with_columns(pl.lit(None, pl.String).alias(name) for name in _READ if name not in read.columns)
    is_state_row = (pl.col("signal").cast(pl.String) == _STATE_CHANGED) & pl.col("state_change").is_not_null()
    state_rows = read.select(_READ).filter(is_state_row)
    rows = [row for _, *texts in state_rows.iter_rows() for row in _rows_of(*texts)]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row").to_arrow(compat_level=pl.CompatLevel.oldest())


def split_change(change: str) -> Iterator[tuple[str, str]]:
    """Yield kind and key of every change a text like `+a,b ~c -d` names, in its order."""
    match = _CHANGE.fullmatch(change.strip())
    for kind, keys in (match.groupdict() if match else {}).items():
        for key in (keys or "").split(","):
            if key.strip():
                yield kind, key.strip()


def _rows_of(line_number: int, change: str, preview: str | None) -> Iterator[tuple[Any, ...]]:
    seen, is_cut = read_preview(preview or "")
    for position, (kind, key) in enumerate(split_change(change), 1):
        value = seen.get(key) if kind != "removed" else None
        yield (
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
