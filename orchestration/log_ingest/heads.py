"""Which lines begin a record, and what stands before their message: the dialect's own head, or envelopes, or both.

A line begins a record where the dialect's own pattern says so, where an envelope tells its time, or where a rule
knows its message. Everything else continues a record; how lines are joined to records is records.py.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from orchestration.log_ingest.captures import captured, without_names
from orchestration.log_ingest.dialect import Dialect, Entry
from orchestration.log_ingest.envelopes.peeling import MAX_DEPTH, Peeled
from orchestration.log_ingest.prefixes import PrefixIndex
from orchestration.log_ingest.texts import Mask, Numbers, Texts

# Many programs begin a line with a sign or a short word; one that begins like this is the dialect's own.
_TELLING_BYTE_COUNT = 10
# Inside an envelope: a row of a stack, or a text that goes on.
_INDENTED = r"^(?:  |\t)"


@dataclass(frozen=True, slots=True)
class Heads:
    """How the lines that begin records begin.

    `sizes` are the bytes before each line's message, -1 for a line that begins no record; `found` what each pattern of
    the dialect captured, and in which lines; `peeled` what envelopes said, None when there was none. Its sizes are to
    be taken off further lines too.
    """

    sizes: Numbers
    found: list[tuple[Numbers, pl.DataFrame]]
    peeled: Peeled | None = None

    @property
    def entries(self) -> Numbers:
        """Return the places of the lines that begin records."""
        return np.flatnonzero(self.sizes >= 0)


def find_heads(texts: Texts, dialect: Dialect, is_flawed: Mask | None = None) -> Heads:
    """Look for the head of each line: the dialect's own first, then what envelopes hide."""
    sizes = np.full(len(texts), -1, np.int64)
    found: list[tuple[Numbers, pl.DataFrame]] = []
    series = texts.series
    if is_flawed is not None and is_flawed.any():
        series = pl.select(pl.when(pl.Series(~is_flawed)).then(series))[:, 0]
    _own_heads(series, np.arange(len(texts)), dialect.entry, sizes, found)
    is_left = sizes < 0
    left = np.flatnonzero(is_left if is_flawed is None else is_left & ~is_flawed)
    peeled = _peel(texts, left, dialect, sizes, found) if len(left) else None
    return Heads(sizes, found, peeled)


def messages_after(texts: Texts, heads: Heads) -> Texts:
    """Return what follows each head, or what its pattern took for the message."""
    sizes = heads.sizes.copy()
    others: list[tuple[Numbers, pl.Series]] = []
    for places, found in heads.found:
        if "message" in found.columns and found["message"].null_count() < len(places):
            is_given = found["message"].is_not_null()
            given, message = places[is_given.to_numpy()], found["message"].filter(is_given)
            # A message that reaches to the end of its line is found there: no byte of it is copied.
            both = pl.DataFrame({"line": texts.series.gather(given), "message": message})
            is_end = both.select(pl.col("line").str.ends_with(pl.col("message")))["line"].to_numpy()
            begins = texts.sizes[given] - message.str.len_bytes().cast(pl.Int64).to_numpy()
            sizes[given[is_end]] = begins[is_end]
            if not is_end.all():
                others.append((given[~is_end], message.filter(~is_end)))
    entries = heads.entries
    messages = texts.gather(entries).without_starts(sizes[entries])
    for places, message in others:
        messages = messages.with_texts(np.searchsorted(entries, places), message)
    return messages


@cache
def telling_starts(dialect: Dialect) -> PrefixIndex:
    """Return an index over the starts of messages that are long enough to tell the dialect."""
    starts = [start for rule in dialect.rules for start in rule.starts_with]
    return PrefixIndex([tuple(start for start in starts if len(start.encode()) >= _TELLING_BYTE_COUNT)])


def _own_heads(
    texts: pl.Series,
    places: Numbers,
    entry: Entry,
    sizes: Numbers,
    found: list[tuple[Numbers, pl.DataFrame]],
) -> None:
    """Try the dialect's patterns in order, each on the lines the ones before left; note sizes and what was found."""
    for number, pattern in enumerate(entry.patterns):
        if number == 1:
            # One look at what is left tells the lines that begin no record at all: most of them.
            any_other = "|".join(f"^(?:{without_names(pattern)})" for pattern in entry.patterns[1:])
            may_begin = texts.str.contains(any_other).fill_null(False)
            texts, places = texts.filter(may_begin), places[may_begin.to_numpy()]
        if not len(places):
            return
        # One group around the head tells both that it matched and where the message begins, for one match.
        heads = captured(texts, f"^(?P<_head>{pattern.removeprefix('^')})")
        head_sizes = heads["_head"].str.len_bytes().cast(pl.Int64).fill_null(-1).to_numpy()
        found.append((places, heads))
        sizes[places] = head_sizes
        texts, places = texts.filter(pl.Series(head_sizes < 0)), places[head_sizes < 0]


def _peel(
    texts: Texts,
    places: Numbers,
    dialect: Dialect,
    sizes: Numbers,
    found: list[tuple[Numbers, pl.DataFrame]],
) -> Peeled | None:
    """Take envelopes off lines until the dialect knows what is inside; note sizes and what was found."""
    peeled = Peeled.nothing(len(texts))
    starts, candidates = telling_starts(dialect), places
    for depth in range(MAX_DEPTH + 1):
        inside = texts.gather(places).without_starts(peeled.sizes[places])
        is_known = starts.begun(inside)
        sizes[places[is_known]] = peeled.sizes[places[is_known]]
        inside, places = inside.gather(np.flatnonzero(~is_known)), places[~is_known]
        if depth and len(places):
            own = np.full(len(texts), -1, np.int64)
            _own_heads(inside.series, places, dialect.entry, own, found)
            is_own = own[places] >= 0
            sizes[places[is_own]] = peeled.sizes[places[is_own]] + own[places[is_own]]
            inside, places = inside.gather(np.flatnonzero(~is_own)), places[~is_own]
        places = peeled.open(inside, places) if depth < MAX_DEPTH and len(places) else places[:0]
        if not len(places):
            break
    if not peeled.sizes.any():
        return None
    _end(texts, candidates[sizes[candidates] < 0], dialect, sizes, peeled)
    return peeled


def _end(texts: Texts, places: Numbers, dialect: Dialect, sizes: Numbers, peeled: Peeled) -> None:
    """Decide about lines the dialect does not know: with a time they begin a record, but for what goes on."""
    is_timed = peeled.is_timed[places]
    # What is off a line without a time was part of its text.
    peeled.sizes[places[~is_timed]] = 0
    places = places[is_timed]
    if not len(places):
        return
    inside = texts.gather(places).without_starts(peeled.sizes[places]).series
    goes_on = "|".join(f"(?:{pattern})" for pattern in dialect.continuation_patterns) or _INDENTED
    is_record = ~inside.str.contains(goes_on).to_numpy()
    sizes[places[is_record]] = peeled.sizes[places[is_record]]
