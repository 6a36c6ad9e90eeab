"""Which dialect a log speaks: the one whose lines it has, else the one whose messages it has, whatever wraps them.

First the share of sampled lines that each dialect's detection patterns match. Where that tells nothing, envelopes are
taken off: what is inside is matched by the same patterns, and by the starts of the dialect's messages. The sample is
drawn from the first segment of the log, by place and not by chance, so that it is always the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.log_ingest.dialect import WRAPPED, Dialect
from orchestration.log_ingest.envelopes.patterns import BRACKET, SERILOG
from orchestration.log_ingest.envelopes.peeling import Peeled, insides
from orchestration.log_ingest.heads import find_heads, messages_after, telling_starts
from orchestration.log_ingest.lines import ANSI_CODES
from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.texts import Mask, Numbers, Texts

_HEAD_LINE_COUNT = 400
_MIDDLE_LINE_COUNT = 200
# A line is judged by its beginning: a sample of megabyte lines stays small.
_JUDGED_BYTE_COUNT = 1000
# A log most of whose lines look like a dialect's speaks it, if it has a message of it among a few looked at.
_SURE_PCT = 60.0
_CONFIRMING_LINE_COUNT = 40
# Starts of messages are long and a dialect's own: 3 of 60 lines tell it where other programs write into the same log.
_MESSAGE_SHARE = 0.05
# Texts of several lines and stacks are not wrapped; a log with fewer heads than those has them by chance.
_WRAPPED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Recognition:
    """The dialect of a log, or None; `match_pct` is the best share found, 0 to 100."""

    dialect: Dialect | None
    match_pct: float


def recognise(segments: Sequence[Segment], dialects: Sequence[Dialect]) -> list[Recognition]:
    """Return for each log, given by its first segment, the dialect with the highest share above its own minimum.

    Equal shares are decided by priority.
    """
    if not segments:
        return []
    samples = [segment.lines.gather(_sampled_places(segment)) for segment in segments]
    plain = pl.concat(samples).str.strip_suffix("\n")
    if any(b"\x1b" in segment.data for segment in segments):
        plain = plain.str.replace_all(ANSI_CODES, "")
    texts = Texts.of(plain).heads(_JUDGED_BYTE_COUNT).series
    is_judged = texts.str.contains(r"\S")
    ends = np.cumsum([len(sample) for sample in samples])
    judged_before = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_judged.to_numpy())])
    counts = np.diff(judged_before[ends], prepend=0).tolist()
    judged = texts.filter(is_judged)
    shares = {dialect.name: _shares(judged, counts, dialect) for dialect in dialects}
    found = [_best(dialects, {name: share[number] for name, share in shares.items()}) for number in range(len(counts))]
    logs = [judged.slice(int(end) - count, count) for end, count in zip(np.cumsum(counts), counts, strict=True)]
    unsure = [number for number in _unsure(logs, found) if len(logs[number])]
    for number, better in zip(unsure, _by_messages([logs[number] for number in unsure], dialects), strict=True):
        found[number] = better or found[number]
    return found


def _sampled_places(segment: Segment) -> Numbers:
    filled = np.flatnonzero(segment.byte_counts > 0)
    others = filled[_HEAD_LINE_COUNT:]
    step = max(1, len(others) // _MIDDLE_LINE_COUNT)
    return np.concatenate([filled[:_HEAD_LINE_COUNT], others[::step][:_MIDDLE_LINE_COUNT]])


def _shares(texts: pl.Series, counts: list[int], dialect: Dialect) -> list[float]:
    if not dialect.detection.patterns or not len(texts):
        return [0.0] * len(counts)
    pattern = "|".join(f"(?:{pattern})" for pattern in dialect.detection.patterns)
    hits = np.concatenate([np.zeros(1, np.int64), np.cumsum(texts.str.contains(pattern).to_numpy())])
    ends = np.cumsum(counts)
    return [
        float(hits[end] - hits[end - count]) / count if count else 0.0 for end, count in zip(ends, counts, strict=True)
    ]


def _best(dialects: Sequence[Dialect], shares: dict[str, float]) -> Recognition:
    fitting = [dialect for dialect in dialects if shares[dialect.name] >= dialect.detection.min_share]
    if not fitting:
        return Recognition(None, round(100 * max(shares.values(), default=0.0), 2))
    best = max(fitting, key=lambda dialect: (shares[dialect.name], dialect.detection.priority, dialect.name))
    return Recognition(best, round(100 * shares[best.name], 2))


def _unsure(logs: Sequence[pl.Series], found: Sequence[Recognition]) -> list[int]:
    """Return the numbers of the logs whose lines do not tell their dialect beyond doubt."""
    unsure = {number for number, recognition in enumerate(found) if recognition.match_pct < _SURE_PCT}
    by_dialect: dict[str, tuple[Dialect, list[int]]] = {}
    for number, recognition in enumerate(found):
        if recognition.dialect is not None and number not in unsure:
            by_dialect.setdefault(recognition.dialect.name, (recognition.dialect, []))[1].append(number)
    for dialect, numbers in by_dialect.values():
        few = [logs[number].gather_every(max(1, len(logs[number]) // _CONFIRMING_LINE_COUNT)) for number in numbers]
        has_message = _has_message(Texts.of(pl.concat(few)), dialect)[0]
        is_confirmed = _per_log(has_message, few) > 0
        unsure.update(number for number, is_sure in zip(numbers, is_confirmed, strict=True) if not is_sure)
    return sorted(unsure)


def _per_log(is_so: Mask, logs: Sequence[pl.Series]) -> Numbers:
    """Return of how many lines of each log something is so, the lines of all logs being one after the other."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_so)])
    counts: Numbers = np.diff(before[np.cumsum([len(lines) for lines in logs])], prepend=0)
    return counts


def _has_message(lines: Texts, dialect: Dialect) -> tuple[Mask, Mask]:
    """Return which lines have a message the dialect knows, and which one that no other dialect has."""
    heads = find_heads(lines, dialect)
    messages = messages_after(lines, heads)
    has_message, is_told = np.zeros(len(lines), np.bool_), np.zeros(len(lines), np.bool_)
    has_message[heads.entries] = telling_starts(dialect).begun(messages)
    is_told[heads.entries] = _matches(messages, dialect.detection.messages)
    return has_message, is_told


def _by_messages(logs: Sequence[pl.Series], dialects: Sequence[Dialect]) -> list[Recognition | None]:
    """Return for each log the dialect that knows most of its lines when what wraps them is off; None when none does."""
    if not logs:
        return []
    texts = Texts.of(pl.concat(logs))
    levels = insides(texts)
    counts = np.array([len(lines) for lines in logs])
    best: list[tuple[tuple[bool, float, bool, int, str], Dialect] | None] = [None] * len(logs)
    for dialect in dialects:
        has_message, is_told = _has_message(texts, dialect)
        is_like = np.any([_matches(level, dialect.detection.patterns) for level in levels], axis=0)
        spoken = _per_log(has_message, logs) / counts >= _MESSAGE_SHARE
        is_fitting = spoken | (_per_log(is_like, logs) / counts >= dialect.detection.min_share)
        shares, told = _per_log(is_like | has_message, logs) / counts, _per_log(is_told, logs) > 0
        for number in np.flatnonzero(is_fitting).tolist():
            detection = dialect.detection
            rank = bool(spoken[number]), float(shares[number]), bool(told[number]), detection.priority, dialect.name
            known = best[number]
            if known is None or rank > known[0]:
                best[number] = rank, dialect
    wrapped = _wrapped(texts, logs)
    return [
        other if one is None else Recognition(one[1], round(100 * one[0][1], 2))
        for one, other in zip(best, wrapped, strict=True)
    ]


def _wrapped(texts: Texts, logs: Sequence[pl.Series]) -> list[Recognition | None]:
    """Return the dialect of logs no dialect knows, where most lines have a time around them."""
    peeled = Peeled.nothing(len(texts))
    peeled.open(texts, np.arange(len(texts)), (SERILOG, BRACKET))
    shares = _per_log(peeled.is_timed, logs) / np.array([len(lines) for lines in logs])
    return [
        Recognition(WRAPPED, round(100 * share, 2)) if share >= _WRAPPED_SHARE else None for share in shares.tolist()
    ]


def _matches(texts: Texts, patterns: Sequence[str]) -> Mask:
    if not patterns:
        return np.zeros(len(texts), np.bool_)
    is_match: Mask = texts.series.str.contains("|".join(f"(?:{pattern})" for pattern in patterns)).to_numpy()
    return is_match
