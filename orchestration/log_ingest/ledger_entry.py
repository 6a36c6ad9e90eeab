"""One log as the ledger keeps it: its row of log_files, its state, its parts, and how they are written and read.

An entry of an earlier or later version is read as far as it goes: a column or value it lacks is empty, one that is
not known is passed over. What cannot be understood at all is None: the ledger keeps it aside, it never removes it.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.domain.tables import LOG_FILES
from orchestration.lake import arrow_schema, write_parquet
from orchestration.log_ingest.tally import Tally

_POLARS_TYPES = {
    "string": pl.String(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "bool": pl.Boolean(),
    "timestamp": pl.Datetime("ms", "UTC"),
}
_NOTHING = {"string": "", "int64": 0, "float64": 0.0, "bool": False}
# Of such a log nothing is in the lake, or what was before.
NOT_READ = frozenset({"unreadable", "quarantined"})
_METADATA_KEY = b"sightline_ledger"


@dataclass(frozen=True, slots=True)
class Part:
    """A Parquet file of one log: its table, its path in the table's folder, the lines it covers."""

    table: str
    path: str
    first_line_number: int
    last_line_number: int
    row_count: int


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where to go on when the log has grown: at the start of its last record, with the counts up to there."""

    offset: int = 0
    line_number: int = 1
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class LogState:
    """What must be known to tell which log a file is, and whether, and from where, it is to be read again.

    `earlier_digests` are contents that are the beginning of this one: `byte count:digest`.
    """

    size: int = -1
    modified_ns: int = -1
    maker: str = ""
    content_digest: str = ""
    digest_pieces: tuple[str, ...] = ()
    consumed: int = 0
    head_digest: str = ""
    tail_digest: str = ""
    is_resumable: bool = False
    resumption: Resumption = field(default_factory=Resumption)
    earlier_digests: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    # Whether what its state rows say is among the parts; an earlier version did not write that.
    has_state_changes: bool = False
    duplicate_of_id: str = ""
    # When the user had it forgotten: it has no rows, and is known only so that it is never read again.
    forgotten_at: str = ""
    # Of a forgotten log: the digests of its first lines, up to each line end.
    line_digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One log as committed: its row of log_files and its state."""

    row: dict[str, Any]
    state: LogState

    @property
    def log_file_path(self) -> str:
        """Return the path people see."""
        return str(self.row["log_file_path"])

    @property
    def log_file_id(self) -> str:
        """Return the log's id."""
        return str(self.row["log_file_id"])

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the log's bytes are ingested under another path."""
        return bool(self.row["ingest_status"] == "duplicate")

    @property
    def is_forgotten(self) -> bool:
        """Tell whether the user had the log forgotten."""
        return bool(self.state.forgotten_at)

    @property
    def forgotten_words(self) -> str:
        """Say that the log is passed over, and since when."""
        return f"Forgotten on {self.state.forgotten_at[:10]}: not read."

    @property
    def has_rows(self) -> bool:
        """Tell whether anything would be lost with this entry."""
        return bool(self.state.parts)


def write_entry(entry: LedgerEntry, path: Path) -> None:
    """Write an entry as one Parquet file: the row, and the state in its metadata."""
    rows = _row_table(entry.row)
    text = json.dumps(asdict(entry.state), sort_keys=True).encode()
    write_parquet(rows.replace_schema_metadata({_METADATA_KEY: text}), path)


def read_entry(path: Path) -> LedgerEntry | None:
    """Return the entry of a log_files Parquet of any version; None when it cannot be understood."""
    try:
        table = pq.ParquetFile(path).read()
        state = _from_json((table.schema.metadata or {})[_METADATA_KEY])
        written = pl.DataFrame(pl.from_arrow(table)).row(0, named=True)
    except (LookupError, TypeError, ValueError, AttributeError, OSError, RecursionError, ArithmeticError):
        return None
    except (pa.ArrowException, pl.exceptions.PolarsError):
        return None
    if written.get("log_file_id") != path.stem or not written.get("log_file_path"):
        return None
    row = {
        column.name: written.get(column.name, _NOTHING.get(column.kind) if column.is_required else None)
        for column in LOG_FILES.columns
    }
    return LedgerEntry(row, state)


def _row_table(row: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(LOG_FILES)
    # By way of Polars: pyarrow imports pandas (a second) to make an array of Python values.
    types = {column.name: _POLARS_TYPES[column.kind] for column in LOG_FILES.columns}
    frame = pl.from_dicts([{name: row.get(name) for name in types}], schema=types)
    return pa.Table.from_arrays(frame.to_arrow(compat_level=pl.CompatLevel.oldest()).columns, schema=schema)


def _from_json(text: bytes) -> LogState:
    values = json.loads(text)
    parts = tuple(Part(**_known(Part, part)) for part in values["parts"])
    resumption = values.get("resumption") or {}
    tally = Tally(**_known(Tally, resumption.get("tally") or {}))
    lists = {name: tuple(values.get(name) or ()) for name in ("digest_pieces", "earlier_digests", "line_digests")}
    state = _known(LogState, values) | lists
    # Where to go on is known wholly or not at all.
    state["is_resumable"] = bool(values.get("is_resumable")) and {"offset", "line_number", "tally"} <= set(resumption)
    state["resumption"] = Resumption(**_known(Resumption, resumption) | {"tally": tally})
    return LogState(**state | {"parts": parts})


def _known(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    names = {known.name for known in fields(kind)}
    return {name: value for name, value in values.items() if name in names}
