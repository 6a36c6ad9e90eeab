"""Look at logs before anything is read: what each is, how much of its beginning is understood, what is not.

A look is what ingest would make of the same lines, and nothing is kept of it. How much is looked at depends on how
many logs there are. What becomes of a log's lines is decided when it is ingested.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.log_ingest.batch import SegmentRows, make_rows
from orchestration.log_ingest.dialect import WRAPPED, Dialect
from orchestration.log_ingest.dialect_file import load_dialects
from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.file_kinds import describe_file
from orchestration.log_ingest.forgetting import passed_over
from orchestration.log_ingest.ledger import read_entries
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.recognition import Recognition, recognise
from orchestration.log_ingest.record_columns import RecordMaker
from orchestration.log_ingest.segment import Segment
from orchestration.redaction.redactor import Redactor
from orchestration.redaction.rules import chosen_rules

# The whole of most logs, and of a thousand logs little enough to look at all within seconds.
_MOST_BYTES_OF_A_LOG = 1 << 20
_FEWEST_BYTES_OF_A_LOG = 1 << 13
_BYTES_OF_ALL = 12 << 20
_LOGS_AT_ONCE = 200
SHOWN_LINE_COUNT = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What a log is: of a dialect, or no log with `what` it is instead, or neither where nothing is known of it.

    `passed_over` says why it would not be read at all. Counts are of the lines looked at: `is_part` tells that the log
    goes on, `flaw` what is wrong with its bytes. `not_understood` are the first lines no rule understood, with their
    numbers, secrets replaced.
    """

    log_file_path: str
    dialect_name: str | None = None
    match_pct: float = 0.0
    what: str | None = None
    passed_over: str | None = None
    line_count: int = 0
    rejected_line_count: int = 0
    record_count: int = 0
    stamped_record_count: int = 0
    not_understood: tuple[tuple[int, str], ...] = ()
    is_part: bool = False
    flaw: str | None = None

    @property
    def is_understood(self) -> bool:
        """Tell whether a dialect knows the log's messages."""
        return self.dialect_name not in (None, WRAPPED.name)

    @property
    def is_read(self) -> bool:
        """Tell whether a run would make records of it, or was told not to."""
        return self.dialect_name is not None or self.passed_over is not None

    @property
    def words(self) -> str:
        """Say what the log is."""
        if self.passed_over:
            return self.passed_over.rstrip(".")
        if self.what:
            return f"not a log: {self.what}"
        if self.dialect_name == WRAPPED.name:
            return f"{WRAPPED.name} ({WRAPPED.title})"
        if self.dialect_name is None and not self.line_count:
            return (self.flaw or "empty").rstrip(".")
        return self.dialect_name or "of no dialect known here (see the guide 'Add a dialect')"


def look_at_logs(logs: Sequence[LogSource], options: IngestOptions, lake: Path | None = None) -> Iterator[Look]:
    """Yield what each log is, in order, and which a lake passes over."""
    left_out = passed_over(logs, read_entries(lake)) if lake else {}
    dialects = load_dialects(options.dialect_folders)
    byte_count = min(_MOST_BYTES_OF_A_LOG, max(_FEWEST_BYTES_OF_A_LOG, _BYTES_OF_ALL // max(1, len(logs))))
    options = replace(options, block_byte_count=byte_count, settle_seconds=0)
    group_size = max(1, min(_LOGS_AT_ONCE, _BYTES_OF_ALL // byte_count))
    for begin in range(0, len(logs), group_size):
        yield from _looks(logs[begin : begin + group_size], left_out, dialects, options)


def is_any_read(logs: Sequence[LogSource], options: IngestOptions, lake: Path | None = None) -> bool:
    """Tell whether a run would make records of any of the logs; the first that it would ends the search."""
    return any(look.is_read for look in look_at_logs(logs, options, lake))


def _looks(
    logs: Sequence[LogSource], left_out: dict[str, str], dialects: Sequence[Dialect], options: IngestOptions
) -> list[Look]:
    looks: dict[str, Look] = {}
    beginnings: dict[str, Segment] = {}
    flaws: dict[str, str | None] = {}
    for log in logs:
        if log.log_file_path in left_out:
            looks[log.log_file_path] = Look(log.log_file_path, passed_over=left_out[log.log_file_path])
            continue
        if log.problem:
            looks[log.log_file_path] = Look(log.log_file_path, what=f"a {log.problem[2:].rstrip('.')}")
            continue
        try:
            feed = LogFeed(LogJob(log, 0, 0), options)
            beginnings[log.log_file_path] = next(feed.segments())
            flaws[log.log_file_path] = feed.problem
        except OSError as error:
            words = f"a file that cannot be read: {error.strerror or error}"
            looks[log.log_file_path] = Look(log.log_file_path, what=words)
    recognitions = dict(zip(beginnings, recognise(list(beginnings.values()), dialects), strict=True))
    of_dialect: dict[str, list[str]] = defaultdict(list)
    for path, recognition in recognitions.items():
        of_dialect[recognition.dialect.name if recognition.dialect else ""].append(path)
    redactor = Redactor(chosen_rules(options.redaction_groups), options.redaction_key)
    for paths in of_dialect.values():
        dialect = recognitions[paths[0]].dialect
        maker = RecordMaker(dialect) if dialect else None
        made = make_rows([beginnings[path] for path in paths], maker, redactor, options.max_line_byte_count)
        for path, rows in zip(paths, made, strict=True):
            look = _look(path, recognitions[path], rows, is_part=not beginnings[path].is_last)
            looks[path] = replace(look, flaw=flaws[path])
    return [_told(looks[log.log_file_path], log) for log in logs]


def _look(path: str, recognition: Recognition, rows: SegmentRows, *, is_part: bool) -> Look:
    emitted = rows.records.column("emitted_at")
    rejected = rows.rejected.slice(0, SHOWN_LINE_COUNT).select(["line_number", "line_text"]).to_pylist()
    return Look(
        path,
        dialect_name=recognition.dialect.name if recognition.dialect else None,
        match_pct=recognition.match_pct,
        line_count=rows.tally.line_count,
        rejected_line_count=rows.tally.rejected_line_count,
        record_count=rows.tally.record_count,
        stamped_record_count=len(emitted) - emitted.null_count,
        not_understood=tuple((row["line_number"], row["line_text"]) for row in rejected),
        is_part=is_part,
    )


def _told(look: Look, log: LogSource) -> Look:
    """Return the look with what the file is, where no dialect knows it."""
    if look.dialect_name is not None or look.what or look.passed_over or look.flaw:
        return look
    try:
        what = describe_file(log.path)
    except OSError as error:
        what = f"a file that cannot be read: {error.strerror or error}"
    return replace(look, what=what, not_understood=()) if what else look
