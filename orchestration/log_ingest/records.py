"""Lines to records: which lines begin a record, which continue it, and which no rule understood.

Every line ends in exactly one record, in `rejected`, or is blank outside a record. What a record's message means is
matching.py.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.log_ingest.dialect import Dialect, Entry
from orchestration.log_ingest.lines import FLAWS, Lines, join_lines
from orchestration.log_ingest.segment import Numbers, Segment

# A record that goes on for longer is ended, so that memory stays bounded; further lines are orphans.
MAX_RECORD_BYTE_COUNT = 4 << 20
KEPT_CHARACTER_COUNT = 2000
# The last record of a segment is looked for in its last lines first.
_TAIL_WINDOWS = (64, 4096)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of lines of several segments, in the order of the lines; `places` are those of the lines."""

    records: pl.DataFrame
    record_places: Numbers
    rejected: pl.DataFrame
    rejected_places: Numbers


def assemble(lines: Lines, dialect: Dialect | None) -> Assembled:
    """Sort lines into records, rejected and blank; each segment begins and ends with a whole record."""
    if dialect is None:
        return _all_rejected(lines)
    entries, heads = _heads(lines, dialect.entry)
    return _assembled(lines, entries, heads, dialect)


def whole_record_line_count(segment: Segment, dialect: Dialect | None, max_line_byte_count: int) -> int:
    """Return how many lines of a segment can be used before more of the log is read: all but the last record's."""
    count = segment.line_count
    if dialect is None:
        return count
    for window in (*_TAIL_WINDOWS, count):
        first = max(0, count - window)
        lines = join_lines([segment.cut(first, count)], max_line_byte_count)
        entries, _ = _heads(lines, dialect.entry)
        if len(entries):
            last = first + int(entries[-1])
            is_endless = int(segment.byte_counts[last:].sum()) > MAX_RECORD_BYTE_COUNT
            return count if is_endless else last
    return count


def _all_rejected(lines: Lines) -> Assembled:
    places = np.flatnonzero(~_blank(lines.text, lines.flaws))
    reasons = _reasons(lines.flaws[places], np.ones(len(places), np.bool_), "unknown_dialect")
    return Assembled(pl.DataFrame(), np.empty(0, np.int64), _rejected(lines, places, reasons), places)


def _blank(text: pl.Series, flaws: NDArray[np.int8]) -> Mask:
    is_blank: Mask = ~text.str.contains(r"\S").to_numpy() & (flaws == 0)
    return is_blank


def _reasons(flaws: NDArray[np.int8], is_refused: Mask, reason: str) -> pl.Series:
    """Return why each line is rejected: its flaw, or `reason` where it is refused; null where it is not."""
    names = pl.Series([None, *FLAWS[1:], reason], dtype=pl.String)
    return names.gather(np.where(flaws > 0, flaws, np.where(is_refused, len(FLAWS), 0)))


def _rejected(lines: Lines, places: Numbers, reasons: pl.Series) -> pl.DataFrame:
    # NUL is shown as a sign of its own: many readers of Parquet end a text at the first NUL.
    text = lines.text.gather(places).str.head(KEPT_CHARACTER_COUNT).str.replace_all("\0", "␀", literal=True)
    return pl.DataFrame(
        {
            "line_number": lines.line_numbers[places],
            "reason": reasons,
            "line_text": text,
            "byte_count": lines.byte_counts[places],
        }
    )


def _heads(lines: Lines, entry: Entry) -> tuple[Numbers, pl.DataFrame]:
    """Return the lines that begin a record, and what the head of each captured."""
    text = lines.text
    if lines.flaws.any():
        text = pl.select(pl.when(pl.Series(lines.flaws == 0)).then(text))[:, 0]
    found = [_captured(text, entry.patterns[0])]
    is_left = found[0]["_head"].is_null().to_numpy()
    # Where in the pieces of `found` the head of each line is.
    order = np.where(is_left, -1, np.arange(len(text)))
    left = np.flatnonzero(is_left)
    for pattern in entry.patterns[1:]:
        is_match = text.gather(left).str.contains(f"^(?:{pattern})").fill_null(False).to_numpy()
        places, left = left[is_match], left[~is_match]
        if len(places):
            order[places] = sum(map(len, found)) + np.arange(len(places))
            found.append(_captured(text.gather(places), pattern))
    entries = np.flatnonzero(order >= 0)
    heads = pl.concat(found, how="diagonal") if len(found) > 1 else found[0]
    return entries, heads if len(entries) == len(heads) and len(found) == 1 else heads[order[entries]]


def _captured(text: pl.Series, pattern: str) -> pl.DataFrame:
    # One group around the head tells both that it matched and where the message begins, for the price of one match.
    return text.str.extract_groups(f"^(?P<_head>{pattern.removeprefix('^')})").struct.unnest()


def _assembled(lines: Lines, entries: Numbers, heads: pl.DataFrame, dialect: Dialect) -> Assembled:
    entry_of = np.full(len(lines), -1, np.int64)
    entry_of[entries] = entries
    rest = np.flatnonzero(entry_of < 0)
    entry_of = np.maximum.accumulate(entry_of) if len(lines) else entry_of
    text = lines.text.gather(rest)
    is_blank = _blank(text, lines.flaws[rest])
    # A line before the first entry of its own log has no record to continue.
    is_orphan = entry_of[rest] < lines.first_lines[lines.segment_numbers[rest]]
    is_refused = is_orphan | _is_no_continuation(text, dialect)
    reasons = _reasons(lines.flaws[rest], is_refused & ~is_blank, "orphan_continuation")
    is_rejected = reasons.is_not_null().to_numpy()
    belongs = ~is_blank & ~is_rejected
    belongs |= _inner_blanks(rest, entry_of, belongs, is_blank & ~is_orphan)
    records = _first_lines(lines, heads, entries)
    rejected_places = rest[is_rejected]
    return Assembled(
        records=_with_details(records, entries, entry_of[rest[belongs]], text.filter(belongs)),
        record_places=entries,
        rejected=_rejected(lines, rejected_places, reasons.filter(is_rejected)),
        rejected_places=rejected_places,
    )


def _is_no_continuation(text: pl.Series, dialect: Dialect) -> Mask:
    if not dialect.continuation_patterns:
        return np.zeros(len(text), np.bool_)
    pattern = "|".join(f"(?:{pattern})" for pattern in dialect.continuation_patterns)
    refused: Mask = ~text.str.contains(pattern).to_numpy()
    return refused


def _inner_blanks(rest: Numbers, entry_of: Numbers, continues: Mask, may_be_inner: Mask) -> Mask:
    """Return which blank lines have a line of the same record after them."""
    last = np.full(len(entry_of) + 1, -1, np.int64)
    continuing = rest[continues]
    last[entry_of[continuing]] = continuing
    inner: Mask = may_be_inner & (rest < last[entry_of[rest]])
    return inner


def _first_lines(lines: Lines, heads: pl.DataFrame, entries: Numbers) -> pl.DataFrame:
    text = lines.text if len(entries) == len(lines) else lines.text.gather(entries)
    message = pl.select(text.str.slice(heads["_head"].str.len_chars()))[:, 0] if len(text) else text
    if "message" in heads.columns and heads["message"].null_count() < len(heads):
        message = heads["message"].fill_null(message)
    captured = {
        name: heads[name] if name in heads.columns else pl.repeat(None, len(heads), dtype=pl.String, eager=True)
        for name in ("emitted_at", "severity", "source_file_name", "source_line_number")
    }
    return pl.DataFrame(
        {
            "line_number": lines.line_numbers[entries],
            "emitted_text": captured["emitted_at"],
            "severity_word": captured["severity"],
            "source_file_name": captured["source_file_name"],
            "source_line_number": captured["source_line_number"],
            "message": message,
        }
    )


def _with_details(records: pl.DataFrame, entries: Numbers, entry_of: Numbers, text: pl.Series) -> pl.DataFrame:
    """Join the continuation lines of each record to its first line."""
    if not len(text):
        return records.with_columns(line_count=pl.lit(1, pl.Int64), detail=pl.lit(None, pl.String))
    further = pl.DataFrame({"entry": entry_of, "text": text}).lazy()
    details = further.group_by("entry", maintain_order=True).agg(pl.col("text").str.join("\n")).collect()
    order = np.full(len(records), len(details), np.int64)
    order[np.searchsorted(entries, details["entry"].to_numpy())] = np.arange(len(details))
    counts = np.bincount(np.searchsorted(entries, entry_of), minlength=len(entries)) + 1
    joined = pl.concat([details["text"], pl.Series([None], dtype=pl.String)]).gather(order)
    return records.with_columns(joined.alias("detail"), pl.Series("line_count", counts, pl.Int64))
