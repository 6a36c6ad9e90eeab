"""Every check passes on a healthy project and fails on the harm written for it, saying what it found."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from expectations.source import Source
from expectations.suite import Check, Suite
from expectations.suites import SUITES
from expectations.validate import validate_suite
from tests.unit.expectations.harm import HARMS
from tests.unit.expectations.healthy import healthy_project

CHECKS = [(suite, check) for suite in SUITES for check in suite.checks]
NAMES = [f"{suite.name}.{check.name}" for suite, check in CHECKS]


@pytest.fixture(scope="module")
def shared_project() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = healthy_project()
    yield connection
    connection.close()


@pytest.fixture
def project(shared_project: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    shared_project.begin()
    yield shared_project
    shared_project.rollback()


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_healthy_project_passes_every_check(suite: Suite, shared_project: duckdb.DuckDBPyConnection) -> None:
    failed = [result for result in validate_suite(Source(shared_project), suite) if not result.is_success]
    assert not failed


@pytest.mark.parametrize(("suite", "check"), CHECKS, ids=NAMES)
def test_a_check_fails_when_what_it_guards_is_harmed(
    suite: Suite, check: Check, project: duckdb.DuckDBPyConnection
) -> None:
    harm, observed = HARMS[suite.name, check.name]
    project.execute(harm)
    (result,) = validate_suite(Source(project), replace(suite, checks=(check,)))
    assert not result.is_success
    assert result.observed == observed


def test_every_harm_belongs_to_a_check() -> None:
    assert set(HARMS) == {(suite.name, check.name) for suite, check in CHECKS}


def test_examples_lead_back_to_lines_of_the_log(project: duckdb.DuckDBPyConnection) -> None:
    located = {
        "duration_ms_is_plausible": "logs/0.log:7: duration_ms = -4",
        "started_before_ended": "logs/0.log:7: ended_at = 2026-11-21 09:59:59, started_at = 2026-11-21 10:00:00",
        "flows_belong_to_declared_sequences": "logs/0.log:1: Secret is declared nowhere",
        "few_flows_fail": "logs/0.log:1: Secret failed",
    }
    (flows,) = [suite for suite in SUITES if suite.name == "marts.fct_flows"]
    for check in flows.checks:
        if check.name in located:
            project.execute(HARMS[flows.name, check.name][0])
    found = {result.check_name: result.examples for result in validate_suite(Source(project), flows)}
    assert {name: found[name][0] for name in located} == located


def test_at_most_five_examples_are_given(project: duckdb.DuckDBPyConnection) -> None:
    project.execute("update marts.fct_flows set sequence_id = null, duration_ms = -line_number, status = 'failed'")
    (flows,) = [suite for suite in SUITES if suite.name == "marts.fct_flows"]
    found = {result.check_name: len(result.examples) for result in validate_suite(Source(project), flows)}
    assert found["flows_belong_to_declared_sequences"] == found["duration_ms_is_plausible"] == 5
    assert found["few_flows_fail"] == 5
