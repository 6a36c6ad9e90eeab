"""Lines to records: which lines begin a record, which continue it, and which no rule understood.

Every line ends in exactly one record, in `rejected`, or is blank outside a record. What a record's message means is
matching.py.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.log_ingest.dialect import Dialect, Entry
from orchestration.log_ingest.lines import KEPT_CHARACTER_COUNT, no_lines

# A record that goes on for longer is ended, so that memory stays bounded; further lines are orphans.
MAX_RECORD_BYTE_COUNT = 4 << 20

RECORD_SCHEMA = {
    "line_number": pl.Int64,
    "line_count": pl.Int64,
    "start_offset": pl.Int64,
    "emitted_text": pl.String,
    "severity_word": pl.String,
    "source_file_name": pl.String,
    "source_line_number": pl.String,
    "message": pl.String,
    "detail": pl.String,
}
REJECTED_SCHEMA = {"line_number": pl.Int64, "reason": pl.String, "line_text": pl.String, "byte_count": pl.Int64}


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of some lines; line_count = record lines + rejected + blank."""

    records: pl.DataFrame
    rejected: pl.DataFrame
    line_count: int
    blank_line_count: int


class RecordAssembler:
    """Assembles the lines of one log, frame after frame; the last record waits until its end is seen."""

    def __init__(self, dialect: Dialect | None) -> None:
        """Begin a log of `dialect`; None rejects every line."""
        self._dialect = dialect
        self._open = no_lines()

    def add(self, lines: pl.DataFrame, *, is_last: bool) -> Assembled:
        """Return what the lines finish; with `is_last` nothing waits."""
        if self._dialect is None:
            return _all_rejected(lines, "unknown_dialect")
        lines = pl.concat([self._open, lines]) if len(self._open) else lines
        heads = _heads(lines, self._dialect.entry)
        if not is_last:
            lines, heads = self._hold_last_record(lines, heads)
        else:
            self._open = no_lines()
        return _assemble(lines, heads, self._dialect)

    def _hold_last_record(self, lines: pl.DataFrame, heads: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        entries = np.flatnonzero(heads["is_entry"].to_numpy())
        self._open = no_lines()
        if not len(entries):
            return lines, heads
        cut = int(entries[-1])
        waiting = lines.slice(cut)
        if int(waiting["byte_count"].sum()) > MAX_RECORD_BYTE_COUNT:
            return lines, heads
        self._open = waiting
        return lines.head(cut), heads.head(cut)


def _all_rejected(lines: pl.DataFrame, reason: str) -> Assembled:
    is_blank = _blank(lines)
    rejected = lines.filter(~is_blank).select(
        "line_number",
        pl.col("flaw").fill_null(reason).alias("reason"),
        _kept_text(),
        "byte_count",
    )
    return Assembled(pl.DataFrame(schema=RECORD_SCHEMA), rejected, len(lines), int(is_blank.sum()))


def _blank(lines: pl.DataFrame) -> pl.Series:
    text = lines["line_text"]
    return ~text.str.contains(r"\S") & lines["flaw"].is_null()


def _kept_text() -> pl.Expr:
    # NUL is shown as a sign of its own: many readers of Parquet end a text at the first NUL.
    return pl.col("line_text").str.head(KEPT_CHARACTER_COUNT).str.replace_all("\0", "␀", literal=True)


def _heads(lines: pl.DataFrame, entry: Entry) -> pl.DataFrame:
    """Return per line whether it begins a record, and what its head captured."""
    may_begin = lines["flaw"].is_null()
    if entry.unless:
        may_begin &= ~lines["line_text"].str.contains(entry.unless)
    columns = ("_head", "source_file_name", "source_line_number", "emitted_at", "severity", "message")
    text = lines["line_text"]
    found = _captured(text if may_begin.all() else pl.select(pl.when(may_begin).then(text))[:, 0], entry.patterns[0])
    for pattern in entry.patterns[1:]:
        missing = found["_head"].is_null() & may_begin
        if not missing.any():
            break
        places = np.flatnonzero(missing.to_numpy())
        later = _captured(text.gather(places), pattern)
        order = np.arange(len(text))
        order[places] = len(text) + np.arange(len(places))
        found = pl.concat([found, later], how="diagonal")[order]
    return found.select(
        pl.col("_head").is_not_null().alias("is_entry"),
        *(pl.col(name) if name in found.columns else pl.lit(None, pl.String).alias(name) for name in columns),
    )


def _captured(text: pl.Series, pattern: str) -> pl.DataFrame:
    # One group around the head tells both that it matched and where the message begins, for the price of one match.
    groups = text.str.extract_groups(f"^(?P<_head>{pattern.removeprefix('^')})")
    return groups.struct.unnest().select(pl.selectors.exclude(r"^\d+$"))


def _assemble(lines: pl.DataFrame, heads: pl.DataFrame, dialect: Dialect) -> Assembled:
    """Sort lines into records, rejected and blank, with one running number per record."""
    is_entry = heads["is_entry"].to_numpy()
    record_number = np.cumsum(is_entry)
    rest = np.flatnonzero(~is_entry)
    others = lines[rest].with_columns(record_number=record_number[rest])
    others = others.with_columns(_blank(others).alias("is_blank"))
    others = others.with_columns(_refused(others, dialect).alias("refusal"))
    records = _first_lines(lines, heads, is_entry)
    belongs = _belongs(others)
    continued = others.filter(belongs)
    records = _with_details(records, continued)
    rejected = others.filter(pl.col("refusal").is_not_null()).select(
        "line_number", pl.col("refusal").alias("reason"), _kept_text(), "byte_count"
    )
    blank_count = len(others) - len(continued) - len(rejected)
    return Assembled(records, rejected, len(lines), blank_count)


def _refused(others: pl.DataFrame, dialect: Dialect) -> pl.Expr:
    """Return why a line that begins no record cannot continue one; null when it can, or is blank."""
    is_orphan = pl.col("record_number") == 0
    if dialect.continuation_patterns:
        pattern = "|".join(f"(?:{pattern})" for pattern in dialect.continuation_patterns)
        is_orphan |= ~pl.col("line_text").str.contains(pattern)
    orphan = pl.when(is_orphan & ~pl.col("is_blank")).then(pl.lit("orphan_continuation"))
    return pl.coalesce("flaw", orphan)


def _belongs(others: pl.DataFrame) -> pl.Series:
    """Return which lines continue a record: those not refused, and blank lines with such a line after them."""
    continues = others["refusal"].is_null() & ~others["is_blank"]
    last = (
        others.lazy()
        .with_columns(continuing_line=pl.when(continues).then(pl.col("line_number")))
        .select(pl.col("continuing_line").max().over("record_number"))
        .collect()
        .to_series()
    )
    is_inner = others["is_blank"] & (others["record_number"] > 0) & (others["line_number"] < last.fill_null(-1))
    return continues | is_inner


def _first_lines(lines: pl.DataFrame, heads: pl.DataFrame, is_entry: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> pl.DataFrame:
    if not is_entry.all():
        lines, heads = lines.filter(is_entry), heads.filter(is_entry)
    text = lines["line_text"]
    rest = pl.select(text.str.slice(heads["_head"].str.len_chars()))[:, 0] if len(text) else text
    message = heads["message"]
    return pl.DataFrame(
        {
            "line_number": lines["line_number"],
            "start_offset": lines["start_offset"],
            "emitted_text": heads["emitted_at"],
            "severity_word": heads["severity"],
            "source_file_name": heads["source_file_name"],
            "source_line_number": heads["source_line_number"],
            "message": rest if message.null_count() == len(message) else message.fill_null(rest),
        }
    )


def _with_details(records: pl.DataFrame, continued: pl.DataFrame) -> pl.DataFrame:
    """Join the continuation lines of each record to its first line."""
    if not len(continued):
        return records.with_columns(line_count=pl.lit(1, pl.Int64), detail=pl.lit(None, pl.String)).select(
            *RECORD_SCHEMA
        )
    details = (
        continued.lazy()
        .group_by("record_number", maintain_order=True)
        .agg(pl.col("line_text").str.join("\n").alias("detail"), pl.len().cast(pl.Int64).alias("further_count"))
        .collect()
    )
    places = details["record_number"].to_numpy() - 1
    order = np.full(len(records), len(details), dtype=np.int64)
    order[places] = np.arange(len(details))
    nothing = pl.DataFrame({"detail": [None], "further_count": [0]}, schema={"detail": pl.String, "further_count": pl.Int64})
    aligned = pl.concat([details.select("detail", "further_count"), nothing])[order]
    return records.with_columns(
        detail=aligned["detail"], line_count=aligned["further_count"] + 1
    ).select(*RECORD_SCHEMA)
