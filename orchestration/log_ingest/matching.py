"""Messages to message types, signals and fields: the rules of a dialect over whole columns.

A rule's literal start finds its rows; its pattern runs on those rows only. The first rule that matches wins: rules
with a literal start in the order of the file, then the others. What was found becomes columns in record_columns.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.log_ingest.captures import captured_once
from orchestration.log_ingest.columns import Piece
from orchestration.log_ingest.dialect import Dialect, Rule
from orchestration.log_ingest.prefixes import Candidate, PrefixIndex
from orchestration.log_ingest.texts import Mask, Numbers, Texts

_END = "_end"
_NOTHING_CAPTURED = pl.DataFrame()

# Rows that lie together are a slice: to take them costs nothing.
Rows = Numbers | slice
_NO_ROWS = slice(0, 0)


@dataclass(frozen=True, slots=True)
class Matches:
    """The number of the rule each row matched, the number of rules where none did; and what the rules found."""

    rule_numbers: Numbers
    fields: dict[str, list[Piece]]


@dataclass(frozen=True, slots=True)
class _Match:
    """The rows one rule matched, and what it captured there (in the same order)."""

    rule_number: int
    rows: Rows
    captured: pl.DataFrame


class Matcher:
    """Applies the rules of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        """Prepare the literal starts of all rules for lookup."""
        self.dialect = dialect
        self._rules = dialect.rules
        self._index = PrefixIndex([rule.starts_with for rule in dialect.rules])
        self._late = [Candidate(number) for number, rule in enumerate(dialect.rules) if not rule.starts_with]

    def match(self, messages: Texts, details: pl.Series | None = None) -> Matches:
        """Return which rule each message matches and which fields it has; `details` are the records' further lines."""
        groups = list(self._index.groups(messages))
        order = np.concatenate([group.rows for group in groups]) if groups else np.empty(0, np.int64)
        # In the order of the groups the rows of each lie together: its texts are a slice, not a copy.
        tries = _Tries(messages.gather(order), self._rules)
        left, begin = [], 0
        for group in groups:
            end = begin + len(group.rows)
            left.append(tries.run(slice(begin, end), group.candidates, group.known))
            begin = end
        tries.run(np.concatenate([tries.numbers[:0], *(tries.numbers[rows] for rows in left)]), self._late, 0)
        return self._found(tries.matches, order, details)

    def _found(self, matches: list[_Match], order: Numbers, details: pl.Series | None) -> Matches:
        rule_numbers = np.full(len(order), len(self._rules), dtype=np.int64)
        fields: dict[str, list[Piece]] = {}
        for match in matches:
            rows = order[match.rows]
            rule_numbers[rows] = match.rule_number
            for name, values in _values(self._rules[match.rule_number], match.captured, rows, details).items():
                fields.setdefault(name, []).append(Piece(rows, values))
        return Matches(rule_numbers, fields)


class _Tries:
    """Rules tried on texts, and what they matched."""

    def __init__(self, texts: Texts, rules: tuple[Rule, ...]) -> None:
        self._texts = texts
        self._rules = rules
        self.numbers = np.arange(len(texts))
        self.matches: list[_Match] = []

    def run(self, rows: Rows, candidates: Sequence[Candidate], known: int) -> Rows:
        """Try candidates in order, each on the rows the ones before left; return what nobody matched."""
        for candidate in candidates:
            may_match, others = self._divided(rows, self._texts.starts_with(rows, candidate.literal, known))
            for pattern in self._rules[candidate.rule_number].patterns or (None,):
                if not _count(may_match):
                    break
                may_match = self._try(candidate.rule_number, pattern, may_match)
            rows = self._together(may_match, others)
            if not _count(rows):
                break
        return rows

    def _try(self, rule_number: int, pattern: str | None, rows: Rows) -> Rows:
        """Keep which rows a pattern matches and what it captures there; return the other rows."""
        if pattern is None:
            self.matches.append(_Match(rule_number, rows, _NOTHING_CAPTURED))
            return _NO_ROWS
        texts = self._texts.series
        groups = _groups(
            texts.slice(rows.start, rows.stop - rows.start) if isinstance(rows, slice) else texts.gather(rows), pattern
        )
        if groups[_END].null_count() == 0:
            self.matches.append(_Match(rule_number, rows, groups))
            return _NO_ROWS
        found = groups[_END].is_not_null()
        matched, others = self._divided(rows, found.to_numpy())
        if _count(matched):
            self.matches.append(_Match(rule_number, matched, groups.filter(found)))
        return others

    def _divided(self, rows: Rows, mask: Mask) -> tuple[Rows, Rows]:
        if mask.all():
            return rows, _NO_ROWS
        numbers = self.numbers[rows]
        return numbers[mask], numbers[~mask]

    def _together(self, one: Rows, other: Rows) -> Rows:
        if not _count(one) or not _count(other):
            return one if _count(one) else other
        return np.sort(np.concatenate([self.numbers[one], self.numbers[other]]))


def _count(rows: Rows) -> int:
    return rows.stop - rows.start if isinstance(rows, slice) else len(rows)


def _values(rule: Rule, captured: pl.DataFrame, rows: Numbers, details: pl.Series | None) -> dict[str, pl.Series]:
    """Return the fields of the rows a rule matched: from the message, then from the detail, then by constants."""
    values = {name: captured[name] for name in captured.columns if name != _END}
    if rule.detail_pattern is not None and details is not None:
        further = _groups(details.gather(rows), rule.detail_pattern)
        values = {name: further[name] for name in further.columns if name != _END} | values
    for name, constant in rule.constants:
        given = values.get(name, pl.repeat(None, len(rows), dtype=pl.String, eager=True))
        values[name] = given.fill_null(constant)
    return values


def _groups(texts: pl.Series, pattern: str) -> pl.DataFrame:
    # The empty group at the end is null exactly where the pattern did not match.
    return captured_once(texts, f"(?:{pattern})(?P<{_END}>)")
