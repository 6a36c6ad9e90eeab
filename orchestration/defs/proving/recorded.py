"""The recorded sessions of a home, as what faults are made in: the logs' bytes and records, and measured durations.

Read only. A log that can no longer be read, such as a rotated one, is left out: there is nothing to copy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orchestration.domain.tables import BEATS, LOG_FILES, LOG_RECORDS, SEQUENCES, Table
from orchestration.faults.declared_beats import Declared, DeclaredBeat
from orchestration.faults.rule_texts import Rules
from orchestration.faults.session_rows import SessionRows
from orchestration.faults.slower_builds import SlowerBuilds
from orchestration.lake import table_folder
from orchestration.log_ingest.byte_stream import ByteStream
from orchestration.log_ingest.dialect_file import load_dialects
from orchestration.log_ingest.discovery import discover_logs
from orchestration.warehouse import Connection, fetch_frame, fetch_tuples, open_files, open_tables

_BLOCK_BYTE_COUNT = 1 << 20
_BEATS = """
select beats.sequence_key, sequences.sequence_name, beats.beat_position, beats.beat_number, beats.topic,
    beats.handler_name, sequences.plugin_name
from beats inner join sequences on beats.sequence_key = sequences.sequence_key and sequences.is_primary
order by all
"""

_SESSIONS = """
select session_id, log_file_path, build, load_factor, started_at as session_started_at from marts.dim_sessions
where has_clock
"""
_UNITS = "select * from intermediate.int_units__timed"
_RAN_IN = """
select handler_id, duration_ms as own_ms, unnest([handler_execution_id, beat_execution_id, flow_id]) as execution_id
from marts.fct_handler_executions where duration_ms is not null and handler_id is not null
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A log that was ingested: the path people know, where it is, and how it was read."""

    log_file_path: str
    path: Path
    dialect_name: str
    correlation: str


class Recordings:
    """The sessions of a lake whose logs are still where they were."""

    def __init__(self, lake: Path, sources: tuple[str, ...], dialect_folders: tuple[Path, ...]) -> None:
        """Look up what was read, and from where."""
        self._lake = lake
        self._rules = {dialect.name: Rules(dialect) for dialect in load_dialects(dialect_folders)}
        places = {log.log_file_path: log.path for log in discover_logs(sources, dialect_folders)}
        self.logs = [
            Recorded(row["log_file_path"], places[row["log_file_path"]], row["dialect_name"], row["correlation"])
            for row in self._table(LOG_FILES).sort("log_file_path").iter_rows(named=True)
            if row["ingest_status"] == "ok" and row["log_file_path"] in places and row["dialect_name"] in self._rules
        ]
        self._records = self._table(LOG_RECORDS)

    def rows(self, log: Recorded) -> SessionRows:
        """Return a session as rows."""
        records = self._records.filter(pl.col("log_file_path") == log.log_file_path)
        return SessionRows.of(
            _text_of(log.path), records.iter_rows(named=True), self._rules[log.dialect_name], log.correlation
        )

    def declared(self) -> Declared:
        """Return the declared beats."""
        with open_files() as connection:
            for table in (BEATS, SEQUENCES):
                connection.register(table.name, self._table(table).to_arrow())
            found = fetch_tuples(connection, _BEATS)
        return Declared(DeclaredBeat(*row) for row in found)

    def _table(self, table: Table) -> pl.DataFrame:
        files = sorted(path for path in table_folder(self._lake, table).rglob("*.parquet") if path.name[0] != ".")
        return pl.read_parquet(files) if files else pl.DataFrame()


def read_slower_builds(warehouse: Path, is_chosen: Callable[[str], bool] = lambda _: True) -> SlowerBuilds:
    """Read the durations of chosen sessions with a clock, all of the build that has most of them."""
    with open_tables(warehouse) as connection:
        timed, units, ran_in = (_frame(connection, sql) for sql in (_SESSIONS, _UNITS, _RAN_IN))
        timed = timed.filter(pl.Series([is_chosen(path) for path in timed["log_file_path"]], dtype=pl.Boolean))
        largest = timed.group_by("build").len().sort("len", "build", descending=[True, False])["build"]
        sessions = timed.filter(pl.col("build").eq_missing(largest.first())).drop("build")
        units = units.join(sessions.select("session_id"), on="session_id")
        return SlowerBuilds(sessions, units, ran_in.drop_nulls())


def _frame(connection: Connection, sql: str) -> pl.DataFrame:
    return pl.DataFrame(fetch_frame(connection, sql))


def _text_of(path: Path) -> str:
    """Return the text of a log; a byte that is no UTF-8 comes back as it was when it is written again."""
    with path.open("rb") as file:
        stream = ByteStream(file, _BLOCK_BYTE_COUNT)
        content = b"".join(stream.text_blocks(stream.raw_blocks()))
    return content.decode("utf-8", "surrogateescape")


def write_log(path: Path, text: str) -> None:
    """Write a changed log."""
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
