"""Messages to message types, signals and fields: the rules of a dialect over whole columns.

A rule's literal start finds its rows; its pattern runs on those rows only. The first rule that matches wins: rules
with a literal start in the order of the file, then the others. What was found becomes columns in record_columns.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.log_ingest.columns import Piece
from orchestration.log_ingest.dialect import Dialect, Rule
from orchestration.log_ingest.prefixes import Candidate, Group, PrefixIndex
from orchestration.log_ingest.texts import Mask, Numbers, Texts

_END = "_end"
_NOTHING_CAPTURED = pl.DataFrame()


@dataclass(frozen=True, slots=True)
class Matches:
    """The number of the rule each row matched, the number of rules where none did; and what the rules found."""

    rule_numbers: Numbers
    fields: dict[str, list[Piece]]


@dataclass(frozen=True, slots=True)
class _Match:
    """The rows one rule matched, and what it captured there (in the same order)."""

    rule_number: int
    rows: Numbers
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
            left.append(tries.run(Group(np.arange(begin, end), group.candidates, group.known)))
            begin = end
        tries.run(Group(np.concatenate(left) if left else order, self._late, 0))
        return self._found([_Match(m.rule_number, order[m.rows], m.captured) for m in tries.matches], order, details)

    def _found(self, matches: list[_Match], order: Numbers, details: pl.Series | None) -> Matches:
        rule_numbers = np.full(len(order), len(self._rules), dtype=np.int64)
        fields: dict[str, list[Piece]] = {}
        for match in matches:
            rule_numbers[match.rows] = match.rule_number
            for name, piece in _pieces(self._rules[match.rule_number], match, details):
                fields.setdefault(name, []).append(piece)
        return Matches(rule_numbers, fields)


class _Tries:
    """Rules tried on texts, and what they matched."""

    def __init__(self, texts: Texts, rules: tuple[Rule, ...]) -> None:
        self._texts = texts
        self._rules = rules
        self.matches: list[_Match] = []

    def run(self, group: Group) -> Numbers:
        """Try a group's candidates in order, each on the rows the ones before left; return what nobody matched."""
        rows = group.rows
        for candidate in group.candidates:
            if not len(rows):
                break
            may_match = self._texts.starts_with(_places(rows), candidate.literal, group.known)
            for pattern in self._rules[candidate.rule_number].patterns or (None,):
                is_match, captured = self._matched(rows, may_match, pattern)
                if is_match.any():
                    self.matches.append(_Match(candidate.rule_number, rows[is_match], captured))
                    rows, may_match = rows[~is_match], may_match[~is_match]
        return rows

    def _matched(self, rows: Numbers, may_match: Mask, pattern: str | None) -> tuple[Mask, pl.DataFrame]:
        """Return which rows a pattern matches, and what it captures there."""
        if pattern is None or not may_match.any():
            return may_match, _NOTHING_CAPTURED
        places = _places(rows[may_match])
        texts = self._texts.series
        groups = _groups(
            texts.slice(places.start, places.stop - places.start) if isinstance(places, slice) else texts.gather(places),
            pattern,
        )
        if groups[_END].null_count() == 0:
            return may_match, groups
        found = groups[_END].is_not_null()
        is_match = may_match.copy()
        is_match[may_match] = found.to_numpy()
        return is_match, groups.filter(found)


def _places(rows: Numbers) -> Numbers | slice:
    """Return ascending rows as a slice where they are one."""
    if len(rows) and int(rows[-1]) - int(rows[0]) == len(rows) - 1:
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def _pieces(rule: Rule, match: _Match, details: pl.Series | None) -> Iterator[tuple[str, Piece]]:
    """Yield what a rule captured or sets, field by field: in the message, then in the detail, then by constants."""
    values = {name: match.captured[name] for name in match.captured.columns if name != _END}
    if rule.detail_pattern is not None and details is not None:
        further = _groups(details.gather(match.rows), rule.detail_pattern)
        values = {name: further[name] for name in further.columns if name != _END} | values
    for name, constant in rule.constants:
        given = values.get(name)
        values[name] = (
            pl.repeat(constant, len(match.rows), dtype=pl.String, eager=True)
            if given is None
            else given.fill_null(constant)
        )
    for name, captured in values.items():
        yield name, Piece(match.rows, captured)


def _groups(texts: pl.Series, pattern: str) -> pl.DataFrame:
    # The empty group at the end is null exactly where the pattern did not match.
    return texts.str.extract_groups(f"(?:{pattern})(?P<{_END}>)").struct.unnest()
