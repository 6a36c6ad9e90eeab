"""Lines to records: which lines begin a record, which continue it, and which no rule understood.

Every line ends in exactly one record, in `rejected`, or is blank outside a record. What a record's message means is
matching.py.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.log_ingest.captures import captured, without_names
from orchestration.log_ingest.columns import Piece
from orchestration.log_ingest.dialect import Dialect, Entry
from orchestration.log_ingest.lines import FLAWS, Lines, join_lines
from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.texts import Mask, Numbers, Texts

# A record that goes on for longer is ended, so that memory stays bounded; further lines are orphans.
MAX_RECORD_BYTE_COUNT = 4 << 20
KEPT_CHARACTER_COUNT = 2000
# The last record of a segment is looked for in its last lines first.
_TAIL_WINDOWS = (64, 4096)


@dataclass(frozen=True, slots=True)
class Records:
    """Records as their lines say them: numbers, the message, the further lines, and the fields the heads name."""

    line_numbers: Numbers
    line_counts: Numbers
    messages: Texts
    details: pl.Series | None = None
    fields: dict[str, list[Piece]] = field(default_factory=dict)

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
    return _assembled(lines, _heads(lines, dialect.entry), dialect)


def whole_record_line_count(segment: Segment, dialect: Dialect | None, max_line_byte_count: int) -> int:
    """Return how many lines of a segment can be used before more of the log is read: all but the last record's."""
    count = segment.line_count
    if dialect is None:
        return count
    for window in (*_TAIL_WINDOWS, count):
        first = max(0, count - window)
        lines = join_lines([segment.cut(first, count)], max_line_byte_count)
        entries = _heads(lines, dialect.entry).entries
        if len(entries):
            last = first + int(entries[-1])
            is_endless = int(segment.byte_counts[last:].sum()) > MAX_RECORD_BYTE_COUNT
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


@dataclass(frozen=True, slots=True)
class _Heads:
    """How the lines that begin records begin.

    `sizes` are the bytes of each line's head, -1 for a line without; `found` what each pattern captured, and in which
    lines.
    """

    sizes: Numbers
    found: list[tuple[Numbers, pl.DataFrame]]

    @property
    def entries(self) -> Numbers:
        """Return the places of the lines that have a head."""
        return np.flatnonzero(self.sizes >= 0)


def _heads(lines: Lines, entry: Entry) -> _Heads:
    """Try the patterns in order, each on the lines the ones before left."""
    text = lines.text
    if lines.flaws.any():
        text = pl.select(pl.when(pl.Series(lines.flaws == 0)).then(text))[:, 0]
    heads = _captured(text, entry.patterns[0])
    found, sizes = [(np.arange(len(text)), heads)], _head_sizes(heads)
    left = np.flatnonzero(sizes < 0)
    if len(left) and len(entry.patterns) > 1:
        # One look at what is left tells the lines that begin no record at all: most of them.
        any_other = "|".join(f"^(?:{without_names(pattern)})" for pattern in entry.patterns[1:])
        left = left[text.gather(left).str.contains(any_other).fill_null(False).to_numpy()]
    for pattern in entry.patterns[1:] if len(left) else ():
        heads = _captured(text.gather(left), pattern)
        found.append((left, heads))
        sizes[left] = _head_sizes(heads)
        left = left[sizes[left] < 0]
        if not len(left):
            break
    return _Heads(sizes, found)


def _head_sizes(heads: pl.DataFrame) -> Numbers:
    sizes = heads["_head"].str.len_bytes().cast(pl.Int64)
    return (sizes.fill_null(-1) if sizes.null_count() else sizes).to_numpy(writable=True)


def _captured(text: pl.Series, pattern: str) -> pl.DataFrame:
    # One group around the head tells both that it matched and where the message begins, for the price of one match.
    return captured(text, f"^(?P<_head>{pattern.removeprefix('^')})")


def _assembled(lines: Lines, heads: _Heads, dialect: Dialect) -> Assembled:
    entries = heads.entries
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
    counts, details = _details(entries, entry_of[rest[belongs]], text.filter(belongs))
    rejected_places = rest[is_rejected]
    return Assembled(
        records=Records(lines.line_numbers[entries], counts, _messages(lines, heads), details, _fields(heads)),
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


def _fields(heads: _Heads) -> dict[str, list[Piece]]:
    """Return what the heads say, by field; rows are records."""
    record_of = np.cumsum(heads.sizes >= 0) - 1
    fields: dict[str, list[Piece]] = {}
    for places, found in heads.found:
        for name in found.columns:
            if name not in ("_head", "message"):
                fields.setdefault(name, []).append(Piece(record_of[places], found[name]))
    return fields


def _messages(lines: Lines, heads: _Heads) -> Texts:
    """Return what follows each head, or what its pattern took for the message."""
    sizes = heads.sizes.copy()
    others: list[tuple[Numbers, pl.Series]] = []
    for places, found in heads.found:
        if "message" in found.columns and found["message"].null_count() < len(places):
            is_given = found["message"].is_not_null()
            given, message = places[is_given.to_numpy()], found["message"].filter(is_given)
            # A message that reaches to the end of its line is found there: no byte of it is copied.
            both = pl.DataFrame({"line": lines.text.gather(given), "message": message})
            is_end = both.select(pl.col("line").str.ends_with(pl.col("message")))["line"].to_numpy()
            begins = lines.texts.sizes[given] - message.str.len_bytes().cast(pl.Int64).to_numpy()
            sizes[given[is_end]] = begins[is_end]
            if not is_end.all():
                others.append((given[~is_end], message.filter(~is_end)))
    entries = heads.entries
    messages = lines.texts.gather(entries).without_starts(sizes[entries])
    for places, message in others:
        messages = messages.with_texts(np.searchsorted(entries, places), message)
    return messages


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
