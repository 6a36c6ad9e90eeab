"""Lines to records: which lines begin a record, which continue it, and which no rule understood.

Every line ends in exactly one record, in `rejected`, or is blank outside a record. What a record's message means is
matching.py.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.log_ingest.columns import Piece
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.heads import Heads, find_heads, messages_after
from orchestration.log_ingest.lines import FLAWS, Lines, join_lines
from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.texts import Mask, Numbers, Texts

# A record that goes on for longer is ended, so that memory stays bounded; further lines are orphans.
MAX_RECORD_BYTE_COUNT = 4 << 20
MAX_RECORD_LINE_COUNT = 100_000
KEPT_CHARACTER_COUNT = 2000
# The last record of a segment is looked for in its last lines first.
_TAIL_WINDOWS = (64, 4096)


@dataclass(frozen=True, slots=True)
class Records:
    """Records as their lines say them: numbers, the message, the further lines, and the fields the heads name.

    `outer_ms` and `outer_severities` are what envelopes say, for records that do not say it themselves.
    """

    line_numbers: Numbers
    line_counts: Numbers
    messages: Texts
    details: pl.Series | None = None
    fields: dict[str, list[Piece]] = field(default_factory=dict)
    outer_ms: Numbers | None = None
    outer_severities: NDArray[np.int8] | None = None

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.line_numbers)


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of lines of several segments, in the order of the lines; `places` are those of the lines."""

    records: Records | None
    record_places: Numbers
    rejected: pl.DataFrame
    rejected_places: Numbers


def assemble(lines: Lines, dialect: Dialect | None) -> Assembled:
    """Sort lines into records, rejected and blank; each segment begins and ends with a whole record."""
    if dialect is None:
        return _all_rejected(lines)
    heads = find_heads(lines.texts, dialect, lines.flaws != 0)
    _begin_orphans(lines, heads)
    return _assembled(lines, heads, dialect)


def whole_record_line_count(segment: Segment, dialect: Dialect | None, max_line_byte_count: int) -> int:
    """Return how many lines of a segment can be used before more of the log is read: all but the last record's."""
    count = segment.line_count
    if dialect is None:
        return count
    for window in (*_TAIL_WINDOWS, count):
        first = max(0, count - window)
        lines = join_lines([segment.cut(first, count)], max_line_byte_count)
        entries = find_heads(lines.texts, dialect, lines.flaws != 0).entries
        if len(entries):
            last = first + int(entries[-1])
            byte_count, line_count = int(segment.byte_counts[last:].sum()), count - last
            is_endless = byte_count > MAX_RECORD_BYTE_COUNT or line_count > MAX_RECORD_LINE_COUNT
            return count if is_endless else last
    return count


def _all_rejected(lines: Lines) -> Assembled:
    places = np.flatnonzero(~_blank(lines.text, lines.flaws))
    reasons = _reasons(lines.flaws[places], np.ones(len(places), np.bool_), "unknown_dialect")
    return Assembled(None, np.empty(0, np.int64), _rejected(lines, places, reasons), places)


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


def _begin_orphans(lines: Lines, heads: Heads) -> None:
    """Let a line that has a time but looks like the rest of a record begin one where none is before it."""
    if heads.peeled is None:
        return
    timed = np.flatnonzero((heads.sizes < 0) & (heads.peeled.sizes > 0))
    if len(timed):
        entry_of = np.maximum.accumulate(np.where(heads.sizes >= 0, np.arange(len(lines)), -1))
        orphans = timed[entry_of[timed] < lines.first_lines[lines.segment_numbers[timed]]]
        heads.sizes[orphans] = heads.peeled.sizes[orphans]


def _assembled(lines: Lines, heads: Heads, dialect: Dialect) -> Assembled:
    entries = heads.entries
    entry_of = np.full(len(lines), -1, np.int64)
    entry_of[entries] = entries
    rest = np.flatnonzero(entry_of < 0)
    entry_of = np.maximum.accumulate(entry_of) if len(lines) else entry_of
    text = _without_envelopes(lines, rest, heads)
    is_blank = _blank(text, lines.flaws[rest])
    # A line before the first entry of its own log has no record to continue.
    is_orphan = entry_of[rest] < lines.first_lines[lines.segment_numbers[rest]]
    is_refused = is_orphan | _is_no_continuation(text, dialect)
    reasons = _reasons(lines.flaws[rest], is_refused & ~is_blank, "orphan_continuation")
    is_rejected = reasons.is_not_null().to_numpy()
    belongs = ~is_blank & ~is_rejected
    belongs |= _inner_blanks(rest, entry_of, belongs, is_blank & ~is_orphan)
    counts, details = _details(entries, entry_of[rest[belongs]], text.filter(belongs))
    rejected_places = rest[is_rejected]
    return Assembled(
        records=_records(lines, heads, counts, details),
        record_places=entries,
        rejected=_rejected(lines, rejected_places, reasons.filter(is_rejected)),
        rejected_places=rejected_places,
    )


def _is_no_continuation(text: pl.Series, dialect: Dialect) -> Mask:
    if not dialect.continuation_patterns:
        return np.zeros(len(text), np.bool_)
    pattern = "|".join(f"(?:{pattern})" for pattern in dialect.continuation_patterns)
    refused: Mask = ~text.str.contains(pattern).to_numpy()
    left = np.flatnonzero(refused)
    # A console that puts a blank before each line puts it before these too.
    refused[left] = ~text.gather(left).str.strip_prefix(" ").str.contains(pattern).to_numpy()
    return refused


def _inner_blanks(rest: Numbers, entry_of: Numbers, continues: Mask, may_be_inner: Mask) -> Mask:
    """Return which blank lines have a line of the same record after them."""
    last = np.full(len(entry_of) + 1, -1, np.int64)
    continuing = rest[continues]
    last[entry_of[continuing]] = continuing
    inner: Mask = may_be_inner & (rest < last[entry_of[rest]])
    return inner


def _without_envelopes(lines: Lines, places: Numbers, heads: Heads) -> pl.Series:
    if heads.peeled is None:
        return lines.text.gather(places)
    return lines.texts.gather(places).without_starts(heads.peeled.sizes[places]).series


def _records(lines: Lines, heads: Heads, counts: Numbers, details: pl.Series | None) -> Records:
    entries, peeled = heads.entries, heads.peeled
    return Records(
        line_numbers=lines.line_numbers[entries],
        line_counts=counts,
        messages=messages_after(lines.texts, heads),
        details=details,
        fields=_fields(heads),
        outer_ms=None if peeled is None else peeled.emitted_ms[entries],
        outer_severities=None if peeled is None else peeled.severities[entries],
    )


def _fields(heads: Heads) -> dict[str, list[Piece]]:
    """Return what the heads say, by field; rows are records, and a later piece counts more."""
    record_of = np.cumsum(heads.sizes >= 0) - 1
    fields: dict[str, list[Piece]] = {}
    for piece in heads.peeled.source_names if heads.peeled else ():
        is_entry = heads.sizes[piece.rows] >= 0
        named = Piece(record_of[piece.rows[is_entry]], piece.values.filter(pl.Series(is_entry)))
        fields.setdefault("source_file_name", []).append(named)
    for places, found in heads.found:
        for name in found.columns:
            if name not in ("_head", "message"):
                fields.setdefault(name, []).append(Piece(record_of[places], found[name]))
    return fields


def _details(entries: Numbers, entry_of: Numbers, text: pl.Series) -> tuple[Numbers, pl.Series | None]:
    """Join the continuation lines of each record; return how many lines it has, and the joined ones."""
    if not len(text):
        return np.ones(len(entries), np.int64), None
    further = pl.DataFrame({"entry": entry_of, "text": text}).lazy()
    details = further.group_by("entry", maintain_order=True).agg(pl.col("text").str.join("\n")).collect()
    order = np.full(len(entries), len(details), np.int64)
    order[np.searchsorted(entries, details["entry"].to_numpy())] = np.arange(len(details))
    counts = np.bincount(np.searchsorted(entries, entry_of), minlength=len(entries)) + 1
    return counts, pl.concat([details["text"], pl.Series([None], dtype=pl.String)]).gather(order)
