"""A home of an earlier version whose logs are gone: every row is still there, and what cannot be read is kept aside.

The layout of version 0.1 is written here by hand, column by column, not by the code of today.
"""

import json
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.log_ingest.log_lake import beat_log, ingest, write

OLD_LOG = "old/app.log"
RECORDS, REJECTED = 40, 2
_TEXT, _COUNT, _TIME = pa.large_string(), pa.int64(), pa.timestamp("ms", tz="UTC")
_MOMENT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_SECOND_FIELDS = ("sequence_key", "sequence_name", "plugin_name", "handler_name", "movement_name", "topic")
_TALLY = {
    "line_count": RECORDS + REJECTED,
    "record_line_count": RECORDS,
    "rejected_line_count": REJECTED,
    "blank_line_count": 0,
    "record_count": RECORDS,
    "other_record_count": 0,
    "replaced_character_count": 0,
    "redactions": {},
    "first_emitted_ms": int(_MOMENT.timestamp() * 1000),
    "last_emitted_ms": int(_MOMENT.timestamp() * 1000),
}


def log_id(path: str) -> str:
    return blake2b(path.encode(), digest_size=8).hexdigest()


def old_table(columns: dict[str, tuple[pa.DataType, list[Any]]]) -> pa.Table:
    schema = pa.schema([pa.field(name, kind) for name, (kind, _) in columns.items()])
    return pa.Table.from_pydict({name: values for name, (_, values) in columns.items()}, schema=schema)


def write_old_home(lake: Path, *, leave_out: str = "", state_change: dict[str, Any] | None = None) -> str:
    """Write one log as version 0.1 did; `leave_out` a column, or change the state, as other versions may."""
    log_file_id = log_id(OLD_LOG)
    own = {"log_file_id": (_TEXT, [log_file_id]), "log_file_path": (_TEXT, [OLD_LOG])}
    records = {name: (kind, values * RECORDS) for name, (kind, values) in own.items()} | {
        "line_number": (_COUNT, list(range(1, RECORDS + 1))),
        "line_count": (_COUNT, [1] * RECORDS),
        "emitted_at": (_TIME, [_MOMENT] * RECORDS),
        "severity": (_TEXT, ["info"] * RECORDS),
        "message_type": (_TEXT, ["beat_timing_start"] * RECORDS),
        "signal": (_TEXT, ["beat_started"] * RECORDS),
        "message": (_TEXT, [f"beat {number}" for number in range(RECORDS)]),
        "detail": (_TEXT, [None] * RECORDS),
        "beat_number": (_COUNT, list(range(RECORDS))),
    }
    records |= {name: (_TEXT, [None] * RECORDS) for name in _SECOND_FIELDS}
    rejected = {name: (kind, values * REJECTED) for name, (kind, values) in own.items()} | {
        "line_number": (_COUNT, [RECORDS + 1, RECORDS + 2]),
        "reason": (_TEXT, ["binary"] * REJECTED),
        "line_text": (_TEXT, ["?"] * REJECTED),
        "byte_count": (_COUNT, [1] * REJECTED),
    }
    parts = []
    for table, rows, last in (("log_records", records, RECORDS), ("rejected_lines", rejected, RECORDS + REJECTED)):
        place = lake / "raw" / table / log_file_id / f"{1:010d}-0123456789abcdef.parquet"
        place.parent.mkdir(parents=True)
        pq.write_table(old_table(rows), place)
        path = f"{log_file_id}/{place.name}"
        first, count = last - len(rows["line_number"][1]) + 1, len(rows["line_number"][1])
        parts.append(
            {"table": table, "path": path, "first_line_number": first, "last_line_number": last, "row_count": count}
        )
    state = {
        "size": 4000,
        "modified_ns": 1,
        "maker": "of 0.1",
        "content_digest": "00" * 16,
        "digest_pieces": [],
        "consumed": 4000,
        "head_digest": "11" * 16,
        "tail_digest": "22" * 16,
        "is_resumable": True,
        "resumption": {"offset": 3900, "line_number": RECORDS, "tally": _TALLY},
        "earlier_digests": [],
        "parts": parts,
    } | (state_change or {})
    row = own | {
        "content_version": (_TEXT, ["v"]),
        "ingest_status": (_TEXT, ["ok"]),
        "problem": (_TEXT, [None]),
        "duplicate_of_path": (_TEXT, [None]),
        "dialect_name": (_TEXT, ["web_console"]),
        "dialect_match_pct": (pa.float64(), [100.0]),
        "correlation": (_TEXT, ["sequential"]),
        "byte_count": (_COUNT, [4000]),
        **{name: (_COUNT, [_TALLY[name]]) for name in ("line_count", "record_line_count", "rejected_line_count")},
        **{name: (_COUNT, [_TALLY[name]]) for name in ("blank_line_count", "record_count", "other_record_count")},
        **{name: (_COUNT, [0]) for name in ("held_back_byte_count", "redaction_count", "replaced_character_count")},
        **{name: (_TIME, [_MOMENT]) for name in ("first_emitted_at", "last_emitted_at", "file_modified_at")},
    }
    row.pop(leave_out, None)
    place = lake / "raw" / "log_files" / f"{log_file_id}.parquet"
    place.parent.mkdir(parents=True)
    text = json.dumps(state, sort_keys=True).encode()
    pq.write_table(old_table(row).replace_schema_metadata({b"sightline_ledger": text}), place)
    return log_file_id


def as_dbt_reads(lake: Path, table: str, query: str) -> list[tuple[Any, ...]]:
    """Return rows of a raw table as the warehouse reads it: files of several versions side by side."""
    files = f"read_parquet('{lake}/raw/{table}/**/*.parquet', union_by_name = true)"
    return duckdb.sql(f"with raw as (select * from {files}) {query}").fetchall()


@pytest.mark.parametrize("leave_out", ["", "redaction_count", "correlation", "replaced_character_count"])
@pytest.mark.parametrize("change", [{}, {"of_later": 1}], ids=["as it was", "of a later version"])
def test_a_home_of_another_version_whose_logs_are_gone_keeps_every_row(
    tmp_path: Path, leave_out: str, change: dict[str, Any]
) -> None:
    log_file_id = write_old_home(tmp_path / "lake", leave_out=leave_out, state_change=change)
    write(tmp_path / "logs/new.log", beat_log(5))
    for _ in range(2):
        lake = ingest(tmp_path / "logs", tmp_path / "lake")
        assert lake.report.set_aside_count == 0
        kept = f"log_file_id = '{log_file_id}'"
        messages = as_dbt_reads(lake.path, "log_records", f"select message from raw where {kept} order by line_number")
        assert messages == [(f"beat {number}",) for number in range(RECORDS)]
        assert as_dbt_reads(lake.path, "log_records", "select count(*) from raw") == [(RECORDS + 5,)]
        assert as_dbt_reads(lake.path, "rejected_lines", f"select count(*) from raw where {kept}") == [(REJECTED,)]
        row = f"select log_file_path, is_gone, record_count, ingest_status from raw where {kept}"
        assert as_dbt_reads(lake.path, "log_files", row) == [(OLD_LOG, True, RECORDS, "ok")]


@pytest.mark.parametrize("harm", ["state", "bytes", "part"])
def test_what_cannot_be_understood_is_set_aside_and_never_removed(tmp_path: Path, harm: str) -> None:
    change = {"parts": "none"} if harm == "state" else {}
    log_file_id = write_old_home(tmp_path / "lake", state_change=change)
    raw = tmp_path / "lake/raw"
    if harm == "bytes":
        (raw / "log_files" / f"{log_file_id}.parquet").write_bytes(b"PAR1 no")
    if harm == "part":
        next((raw / "rejected_lines" / log_file_id).iterdir()).unlink()
    before = {path.relative_to(raw): path.read_bytes() for path in raw.rglob("*.parquet")}
    write(tmp_path / "logs/new.log", beat_log(5))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    place = tmp_path / "lake/set_aside"
    aside = {path.relative_to(place): path.read_bytes() for path in place.rglob("*.parquet")}
    assert aside == before
    assert lake.report.set_aside_count == len(before)
    assert {row["log_file_path"] for row in lake.records()} == {"new.log"}
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.set_aside_count == 0
