"""The texts of the raw code tables without secrets: declarations, titles, subjects, comments, paths and owners.

Marks are those of log ingest: the same secret has the same one in code and logs. Authors of commits are counted by a
hash that the key of the marks keys.
"""

import json
from functools import cached_property
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.code_scan.facts import SYMBOLS_PLACE
from orchestration.code_scan.options import ScanOptions
from orchestration.redaction.redactor import Redactor
from orchestration.redaction.rules import chosen_rules

# What people write; every other column holds names and pieces of code.
_PROSE = frozenset(
    {"description", "subject", "test_title", "suite_title", "beat_title", "sequence_name", "movement_name"}
    | {"failure_message", "problem", "category"}
)
# Hashes, and the numbers of a source map.
_MADE = frozenset({"commit_hash", "content_hash", "declaration_hash", "content"})


class TextRedaction:
    """Redacts tables by the options of a scan."""

    def __init__(self, options: ScanOptions) -> None:
        """Hold the options; rules are read when there is something to redact."""
        self._options = options

    def redacted(self, table: pa.Table) -> pa.Table:
        """Return the table without secrets."""
        for at, field in enumerate(table.schema):
            column = table.column(at)
            if not pa.types.is_large_string(field.type) or field.name in _MADE or column.null_count == len(column):
                continue
            if field.name == "author_key":
                new = pl.Series([self._of_prose.keyed(str(key)) for key in column.to_pylist()], dtype=pl.String)
            else:
                redactor = self._of_prose if field.name in _PROSE else self._of_code
                new = redactor.redact_column(pl.Series(pl.from_arrow(column)))
            table = table.set_column(at, field, pc.cast(new.to_arrow(), field.type))
        return table

    @property
    def digest(self) -> str:
        """Return what changes when a rule or the key does."""
        return self._of_code.digest

    def redacted_facts(self, facts: str) -> str:
        """Return the facts of a file, as JSON, without secrets."""
        if self._of_prose.redact_text(facts) == facts:
            return facts
        values = [
            _without_secrets(self._of_code if place == SYMBOLS_PLACE else self._of_prose, value)
            for place, value in enumerate(json.loads(facts))
        ]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def _of_prose(self) -> Redactor:
        return Redactor(chosen_rules(self._options.redaction_groups), self._options.redaction_key)

    @cached_property
    def _of_code(self) -> Redactor:
        rules = chosen_rules(self._options.redaction_groups, are_for_code=True)
        return Redactor(rules, self._options.redaction_key)


def _without_secrets(redactor: Redactor, value: Any) -> Any:
    if isinstance(value, str):
        return redactor.redact_text(value)
    return [_without_secrets(redactor, each) for each in value] if isinstance(value, list) else value
