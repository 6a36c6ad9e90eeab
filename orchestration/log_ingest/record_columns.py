"""Records and what the rules found in them to the columns of log_records (but for the log's own id and path).

The last step in memory: from here on the rows of a batch are an Arrow table. Which rule a record matches is
matching.py, how a column is made of pieces columns.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.domain.tables import RECORD_FIELDS
from orchestration.log_ingest.columns import (
    NULL,
    Coded,
    Codes,
    Column,
    Piece,
    arrow_of,
    number_column,
    numbers_of,
    plain_text_column,
    text_codes,
)
from orchestration.log_ingest.dialect import SEVERITIES, Dialect
from orchestration.log_ingest.matching import Matcher
from orchestration.log_ingest.records import Records
from orchestration.log_ingest.stamps import ISO_FORMAT, LEAST_MS, MOST_MS, NO_STAMP, TIMESTAMP, parse_stamps
from orchestration.log_ingest.texts import Mask, Numbers

_NUMBERS = {"int64": pl.Int64(), "float64": pl.Float64()}
# Seldom twice the same: a dictionary would only cost.
_VARIED_FIELDS = frozenset({"state_preview"})


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """Records column by column, and what is counted of them: lines, unnamed ones, stamps in milliseconds."""

    columns: dict[str, "Column | Coded"]
    line_counts: Numbers
    is_other: Mask
    emitted_ms: Numbers
    # Where a stamp is written that is none of the years people log in.
    is_stamp_refused: Mask

    def rows(self, begin: int, end: int) -> pa.Table:
        """Return the rows from `begin` to before `end` as the lake holds them."""
        return pa.table(
            {
                name: column.column(begin, end) if isinstance(column, Coded) else column.slice(begin, end - begin)
                for name, column in self.columns.items()
            }
        )


class RecordMaker:
    """Makes the rows of records of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        """Prepare the rules, and what they say of every row they match as codes and dictionaries."""
        self.dialect = dialect
        self._matcher = Matcher(dialect)
        self._form = dialect.entry.time_format or ISO_FORMAT
        self._severity_of_word = dict(dialect.entry.severities)
        self._other = len(dialect.rules)
        self._types = _Constants([rule.message_type for rule in dialect.rules] + ["other"])
        self._signals = _Constants([rule.signal for rule in dialect.rules] + [None])
        severities = [rule.severity for rule in dialect.rules] + [None]
        self._severities = _Constants([*severities, *SEVERITIES])
        self._outer_codes = np.array([self._severities.code(name) for name in [*SEVERITIES, None]], np.int32)

    def make(self, records: Records) -> RecordColumns:
        """Return the columns of the records, in the order of the table."""
        count = len(records)
        matches = self._matcher.match(records.messages, records.details)
        head, fields, rules = records.fields, matches.fields, matches.rule_numbers
        emitted, is_given = self._emitted_ms(head.get("emitted_at", []) + fields.get("emitted_at", []), count)
        if records.outer_ms is not None:
            emitted = np.where(emitted == NO_STAMP, records.outer_ms, emitted)
        is_refused = (is_given & (emitted == NO_STAMP)) | ((emitted != NO_STAMP) & ~_is_moment(emitted))
        emitted[is_refused] = NO_STAMP
        details = records.details
        columns: dict[str, Column | Coded] = {
            "line_number": pa.array(records.line_numbers),
            "line_count": pa.array(records.line_counts),
            "emitted_at": pa.array(emitted, mask=emitted == NO_STAMP).cast(TIMESTAMP),
            "severity": self._severity(head.get("severity", []), rules, records.outer_severities),
            "source_file_name": text_codes(head.get("source_file_name", []), count),
            "source_line_number": number_column(head.get("source_line_number", []), count, pl.Int64()),
            "message_type": self._types.coded(rules),
            "signal": self._signals.coded(rules),
            "message": records.messages.array,
            "detail": pa.nulls(count, pa.large_string()) if details is None else arrow_of(details),
        }
        for field in RECORD_FIELDS:
            columns[field.name] = _field(field.name, field.kind, fields.get(field.name, []), count)
        return RecordColumns(columns, records.line_counts, rules == self._other, emitted, is_refused)

    def _severity(self, words: list[Piece], rules: Numbers, outer: NDArray[np.int8] | None) -> Coded:
        """Return what the rule says, else what the word in the head means, else what the envelope says, else info."""
        codes = self._severities.of_rules[rules]
        if self._severity_of_word and words:
            said = text_codes(words, len(rules))
            words_said = pl.Series(pl.from_arrow(said.dictionary)).to_list()
            meanings = [self._severity_of_word.get(word) for word in words_said]
            code_of_word = np.array([self._severities.code(meaning) for meaning in [*meanings, None]], np.int32)
            codes = np.where(codes == NULL, code_of_word[said.codes], codes)
        if outer is not None:
            codes = np.where(codes == NULL, self._outer_codes[outer], codes)
        codes = np.where(codes == NULL, np.int32(self._severities.code("info")), codes)
        return Coded(codes, self._severities.dictionary)

    def _emitted_ms(self, pieces: list[Piece], count: int) -> tuple[Numbers, Mask]:
        """Return the stamps, and where one is written; a later piece's goes before an earlier one's."""
        whole, is_written = np.full(count, NO_STAMP, np.int64), np.zeros(count, np.bool_)
        for piece in pieces:
            if piece.values.null_count() < len(piece.values):
                texts = arrow_of(piece.values)
                stamps = numbers_of(parse_stamps(texts, (self._form,)).cast(pa.int64()), NO_STAMP)
                is_given = texts.is_valid().to_numpy(zero_copy_only=False)
                whole[piece.rows[is_given]] = stamps[is_given]
                is_written[piece.rows[is_given]] = True
        return whole, is_written


def _is_moment(emitted_ms: Numbers) -> Mask:
    is_moment: Mask = (emitted_ms >= LEAST_MS) & (emitted_ms < MOST_MS)
    return is_moment


class _Constants:
    """A text for each rule, as codes into a sorted dictionary; the last are of no rule."""

    def __init__(self, texts: Sequence[str | None]) -> None:
        known = sorted({text for text in texts if text is not None})
        self._code_of = {text: code for code, text in enumerate(known)}
        self.of_rules: Codes = np.array([self.code(text) for text in texts], np.int32)
        self.dictionary = arrow_of(pl.Series(known, dtype=pl.String))

    def code(self, text: str | None) -> int:
        return NULL if text is None else self._code_of[text]

    def coded(self, rules: Numbers) -> Coded:
        return Coded(self.of_rules[rules], self.dictionary)


def _field(name: str, kind: str, pieces: list[Piece], count: int) -> "Column | Coded":
    if kind in _NUMBERS:
        return number_column(pieces, count, _NUMBERS[kind])
    return plain_text_column(pieces, count) if name in _VARIED_FIELDS else text_codes(pieces, count)
