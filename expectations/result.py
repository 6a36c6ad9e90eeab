"""What a check found: one row per expectation, and the Parquet file the site reads.

The words of a result are made in `judge.py`; this module only holds and writes them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from expectations.suite import Layer, Subject
from orchestration.domain.severity import Severity
from orchestration.lake import write_parquet

_FIELDS: "list[pa.Field[Any]]" = [
    pa.field("layer", pa.large_string(), nullable=False),
    pa.field("suite_name", pa.large_string(), nullable=False),
    pa.field("table_name", pa.large_string(), nullable=False),
    pa.field("check_name", pa.large_string(), nullable=False),
    pa.field("expectation", pa.large_string(), nullable=False),
    pa.field("description", pa.large_string(), nullable=False),
    pa.field("column_name", pa.large_string()),
    pa.field("severity", pa.large_string(), nullable=False),
    pa.field("is_success", pa.bool_(), nullable=False),
    pa.field("expected", pa.large_string(), nullable=False),
    pa.field("observed", pa.large_string(), nullable=False),
    pa.field("unexpected_count", pa.int64()),
    pa.field("element_count", pa.int64()),
    pa.field("examples", pa.large_list(pa.large_string()), nullable=False),
    pa.field("subject", pa.large_string(), nullable=False),
    pa.field("page", pa.large_string(), nullable=False),
    pa.field("things", pa.large_list(pa.large_string()), nullable=False),
    pa.field("is_judged", pa.bool_()),
]
RESULT_SCHEMA = pa.schema(_FIELDS)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """The outcome of one check of a suite.

    `unexpected_count` of `element_count` rows are not as expected; both are None for a check on a single fact.
    `is_judged` is False where there was nothing to judge: such a check neither passed nor failed, though `is_success`.
    `examples` holds up to five lines of text, each beginning with `path:line: ` where the rows have a place.
    `things` names the sequences, beats, topics, handlers, plugins or sessions that fail, where the check judges each
    of them. `page` is the page of the site that shows more.
    """

    layer: Layer
    suite_name: str
    table_name: str
    check_name: str
    expectation: str
    description: str
    column_name: str | None
    severity: Severity
    is_success: bool
    expected: str
    observed: str
    unexpected_count: int | None
    element_count: int | None
    examples: tuple[str, ...]
    subject: Subject
    page: str
    things: tuple[str, ...] = ()
    is_judged: bool = True


def write_results(results: list[SuiteResult], path: Path) -> int:
    """Write `results` to a Parquet file, whole or not at all; return the bytes written."""
    columns = {name: [getattr(result, name) for result in results] for name in RESULT_SCHEMA.names}
    return write_parquet(pa.table(columns, schema=RESULT_SCHEMA), path)
