"""Observed sessions for tests of the anomaly detectors: alike, unless a test changes some of their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa

from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.model import COLUMNS, AnomalyOptions, Observed, Split

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OPTIONS = AnomalyOptions()

Rows = Sequence[Mapping[str, Any]]


def moment(seconds: float) -> datetime:
    """Return a time that many seconds after the start."""
    return START + timedelta(seconds=seconds)


def session_ids(count: int, first: int = 0) -> list[str]:
    """Return the ids of sessions, in the order of time."""
    return [f"s{number:03d}" for number in range(first, first + count)]


def observed(ids: Sequence[str], **rows: Rows) -> Observed:
    """Return what was observed in the sessions; a table not given is empty. Paths, lines and times have defaults."""
    given: dict[str, Rows] = {
        "sessions": [
            {"session_id": one, "started_at": moment(place), "is_training": False, "is_incident": False}
            for place, one in enumerate(ids)
        ],
        **rows,
    }
    return Observed(**{field.name: _frame(field.name, given.get(field.name, ())) for field in fields(Observed)})


def arrow_tables(seen: Observed) -> dict[str, pa.Table]:
    """Return the frames as the dbt model gives them."""
    return {field.name: getattr(seen, field.name).to_arrow() for field in fields(Observed)}


def detect(detector: str, seen: Observed, split: Split) -> pl.DataFrame:
    """Return what one detector finds."""
    (row,) = (one for one in DETECTORS if one.name == detector)
    return row.prepare(seen, OPTIONS)(split)


def last_by_others(count: int) -> Split:
    """Return the split that judges the last of some sessions by those before it."""
    ids = session_ids(count)
    return Split(tuple(ids[-1:]), tuple(ids[:-1]))


def _frame(name: str, rows: Rows) -> pl.DataFrame:
    columns = COLUMNS[name]
    filled = [
        {"log_file_path": f"{row['session_id']}.log", "line_number": place + 1, **row} for place, row in enumerate(rows)
    ]
    return pl.DataFrame([{column: row.get(column) for column in columns} for row in filled], schema=dict(columns))
