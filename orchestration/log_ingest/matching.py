"""Messages to message types, signals and fields: the rules of a dialect over whole columns.

A rule's literal start finds its rows; its pattern runs on those rows only. The first rule that matches wins: rules
with a literal start in the order of the file, then the others.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.domain.tables import RECORD_FIELDS
from orchestration.log_ingest.dialect import Dialect, Rule
from orchestration.log_ingest.prefixes import PrefixIndex

_KINDS = {"string": pl.String(), "int64": pl.Int64(), "float64": pl.Float64()}
FIELD_TYPES: dict[str, pl.DataType] = {field.name: _KINDS[field.kind] for field in RECORD_FIELDS}
_DEFAULT_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%.f%#z"
TIMESTAMP = pl.Datetime("ms", "UTC")

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Match:
    """The rows one rule matched, and what it captured there (same order)."""

    rule_number: int
    rows: Rows
    captured: pl.DataFrame


class Matcher:
    """Applies the rules of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        """Prepare the literal starts of all rules for lookup."""
        self._dialect = dialect
        self._rules = dialect.rules
        self._index = PrefixIndex([rule.starts_with for rule in dialect.rules])
        self._late = [number for number, rule in enumerate(dialect.rules) if not rule.starts_with]

    def match(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the records of records.py with message_type, signal, severity, emitted_at and all fields."""
        messages = records["message"]
        matches: list[_Match] = []
        left: list[Rows] = []
        for rows, candidates in self._index.groups(messages):
            found, unmatched = self._apply(messages, rows, candidates)
            matches += found
            left.append(unmatched)
        rest = np.sort(np.concatenate(left)) if left else np.empty(0, np.int64)
        found, _ = self._apply(messages, rest, [(number, None) for number in self._late])
        matches += found
        return self._columns(records, [self._with_detail(match, records["detail"]) for match in matches])

    def _apply(
        self, messages: pl.Series, rows: Rows, candidates: list[tuple[int, str | None]]
    ) -> tuple[list[_Match], Rows]:
        matches = []
        for number, start in candidates:
            if not len(rows):
                break
            texts = messages.gather(rows)
            matched, captured = _try(self._rules[number], start, texts)
            if matched is None:
                matches.append(_Match(number, rows, captured))
                rows = rows[:0]
            elif matched.any():
                matches.append(_Match(number, rows[matched], captured.filter(matched)))
                rows = rows[~matched]
        return matches, rows

    def _with_detail(self, match: _Match, details: pl.Series) -> _Match:
        pattern = self._rules[match.rule_number].detail_pattern
        if pattern is None:
            return match
        further = _groups(details.gather(match.rows), pattern).drop("_end")
        own = [name for name in further.columns if name not in match.captured.columns]
        return _Match(match.rule_number, match.rows, match.captured.hstack(further.select(own)))

    def _columns(self, records: pl.DataFrame, matches: list[_Match]) -> pl.DataFrame:
        count = len(records)
        rule_of_row = np.full(count, len(self._rules), dtype=np.int64)
        for match in matches:
            rule_of_row[match.rows] = match.rule_number
        types = pl.Series([rule.message_type for rule in self._rules] + ["other"])
        signals = pl.Series([rule.signal for rule in self._rules] + [None], dtype=pl.String)
        severities = pl.Series([rule.severity for rule in self._rules] + [None], dtype=pl.String)
        emitted = _column("emitted_at", pl.String(), matches, self._rules, count)
        return pl.DataFrame(
            [
                records["line_number"],
                records["line_count"],
                self._emitted_at(records["emitted_text"], emitted).alias("emitted_at"),
                self._severity(records["severity_word"], severities.gather(rule_of_row)).alias("severity"),
                records["source_file_name"],
                records["source_line_number"].cast(pl.Int64, strict=False),
                types.gather(rule_of_row).alias("message_type"),
                signals.gather(rule_of_row).alias("signal"),
                records["message"],
                records["detail"],
                *(_column(name, kind, matches, self._rules, count) for name, kind in FIELD_TYPES.items()),
            ]
        )

    def _emitted_at(self, head: pl.Series, captured: pl.Series) -> pl.Series:
        text = head if captured.null_count() == len(captured) else captured.fill_null(head)
        if text.null_count() == len(text):
            return pl.repeat(None, len(text), dtype=TIMESTAMP, eager=True)
        form = self._dialect.entry.time_format or _DEFAULT_TIME_FORMAT
        parsed = text.str.to_datetime(form, time_unit="ms", strict=False)
        zone = parsed.dtype.time_zone  # type: ignore[attr-defined]
        return parsed.dt.replace_time_zone("UTC") if zone is None else parsed.dt.convert_time_zone("UTC")

    def _severity(self, words: pl.Series, by_rule: pl.Series) -> pl.Series:
        severity = by_rule
        if self._dialect.entry.severities and words.null_count() < len(words):
            mapping = dict(self._dialect.entry.severities)
            severity = by_rule.fill_null(words.replace_strict(mapping, default=None, return_dtype=pl.String))
        return severity.fill_null("info")


def _try(rule: Rule, start: str | None, texts: pl.Series) -> tuple["NDArray[np.bool_] | None", pl.DataFrame]:
    """Return which texts a rule matches (None: all of them) and what it captures."""
    begins = None if start is None else texts.str.starts_with(start)
    if rule.pattern is None:
        return (None if begins is None or begins.all() else begins.to_numpy()), pl.DataFrame(height=len(texts))
    if begins is not None and not begins.all():
        texts = pl.select(pl.when(begins).then(texts))[:, 0]
    groups = _groups(texts, rule.pattern)
    matched = groups["_end"].is_not_null()
    return (None if matched.all() else matched.to_numpy()), groups.drop("_end")


def _groups(texts: pl.Series, pattern: str) -> pl.DataFrame:
    # The empty group at the end is null exactly where the pattern did not match.
    groups = texts.str.extract_groups(f"(?:{pattern})(?P<_end>)").struct.unnest()
    return groups.select(pl.selectors.exclude(r"^\d+$"))


def _column(name: str, kind: pl.DataType, matches: list[_Match], rules: tuple[Rule, ...], count: int) -> pl.Series:
    """Return one field of all rows: what each rule captured or sets, null elsewhere."""
    rows: list[Rows] = []
    values: list[pl.Series] = []
    for match in matches:
        constant = dict(rules[match.rule_number].constants).get(name)
        if name in match.captured.columns:
            captured = match.captured[name]
            values.append(captured if constant is None else captured.fill_null(constant))
        elif constant is not None:
            values.append(pl.repeat(constant, len(match.rows), dtype=pl.String, eager=True))
        else:
            continue
        rows.append(match.rows)
    if not rows:
        return pl.repeat(None, count, dtype=kind, eager=True).alias(name)
    places = np.full(count, -1, dtype=np.int64)
    places[np.concatenate(rows)] = np.arange(sum(map(len, rows)))
    whole = pl.concat(values).cast(kind, strict=False)
    order = pl.Series(places)
    return whole.gather(pl.select(pl.when(order >= 0).then(order))[:, 0]).alias(name)
