"""The door of this room: judge all suites of a layer and say what was found.

What is checked is declared in `raw/` and `marts/`; here the checks meet the data and become results in words.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from expectations.judge import judge
from expectations.result import SuiteResult
from expectations.source import Source, load_frame, load_rows, open_layer
from expectations.suite import DATA_PAGE, Check, Frame, Layer, Suite
from expectations.suites import suites_of
from expectations.wording import Finding, find_examples, find_things, finding_in_words
from orchestration.warehouse import Connection


def validate(warehouse: Path, lake: Path, layer: Layer, now: datetime | None = None) -> list[SuiteResult]:
    """Judge the raw tables of `lake` or the marts and reports of `warehouse`: one result per check, in order.

    Reads only; needs no more than the columns the checks name. `now` is for tests: freshness is judged against it.
    A table that does not exist yet, a query that fails and an expectation that raises are failed results with the
    reason, never an exception.
    """
    with open_layer(layer, warehouse, lake, now or datetime.now(UTC)) as source:
        return [result for suite in suites_of(layer) for result in validate_suite(source, suite)]


def validate_suite(source: Source, suite: Suite) -> list[SuiteResult]:
    """Judge one suite; a table that cannot be read gives a single failed result."""
    problem = source.problem_of(suite.schema, suite.table)
    if problem:
        return [_unavailable(suite, problem)]
    connection = source.connection
    results: dict[str, SuiteResult] = {}
    for frame, checks in _checks_by_frame(suite):
        results.update({result.check_name: result for result in _judge_frame(connection, suite, frame, checks)})
    return [results[check.name] for check in suite.checks]


def _checks_by_frame(suite: Suite) -> Iterator[tuple[Frame, list[Check]]]:
    ordered = sorted(suite.checks, key=lambda check: check.frame.sql)
    for sql, checks in groupby(ordered, key=lambda check: check.frame.sql):
        yield Frame(sql), list(checks)


def _judge_frame(connection: Connection, suite: Suite, frame: Frame, checks: Sequence[Check]) -> Iterator[SuiteResult]:
    try:
        rows = load_frame(connection, frame.sql)
        verdicts = judge(rows, checks)
    except Exception as error:
        yield from (_unjudged(suite, check, error) for check in checks)
        return
    for check, verdict in zip(checks, verdicts, strict=True):
        try:
            finding = finding_in_words(suite, check, verdict, rows, _population(connection, check))
            examples = () if verdict.is_success else find_examples(connection, check, verdict, rows)
            things = () if verdict.is_success else find_things(check, verdict, rows)
            yield _result(suite, check, finding, examples, things)
        except Exception as error:
            yield _unjudged(suite, check, error)


def _population(connection: Connection, check: Check) -> int | None:
    """Return how many things could have shown what a check looks for; None when its frame holds them all."""
    return int(next(iter(load_rows(connection, check.population, 1)[0].values()))) if check.population else None


def _unjudged(suite: Suite, check: Check, error: Exception) -> SuiteResult:
    """Whatever the data or the library does, it fails this check with the reason, and the others are judged."""
    return _result(suite, check, Finding(False, f"could not be judged: {type(error).__name__}: {error}"))


def _result(
    suite: Suite, check: Check, finding: Finding, examples: tuple[str, ...] = (), things: tuple[str, ...] = ()
) -> SuiteResult:
    return SuiteResult(
        layer=suite.layer,
        suite_name=suite.name,
        table_name=suite.table,
        check_name=check.name,
        expectation=check.expectation,
        description=check.description,
        column_name=", ".join(check.columns) or None,
        severity=check.severity,
        is_success=finding.is_success,
        expected=check.expected_in_words(),
        observed=finding.observed,
        unexpected_count=finding.unexpected_count,
        element_count=finding.element_count,
        examples=examples,
        subject=check.subject,
        page=check.page,
        things=things,
        is_judged=finding.is_judged,
    )


def _unavailable(suite: Suite, problem: str) -> SuiteResult:
    return SuiteResult(
        layer=suite.layer,
        suite_name=suite.name,
        table_name=suite.table,
        check_name="table_is_readable",
        expectation="table_is_readable",
        description=f"The table {suite.name} exists and can be read.",
        column_name=None,
        severity="warning",
        is_success=False,
        expected=f"a table {suite.name}",
        observed=problem,
        unexpected_count=None,
        element_count=None,
        examples=(),
        subject="data",
        page=DATA_PAGE,
    )
