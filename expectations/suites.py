"""Every suite, in the order people read them: follow the data from the log files to the reports."""

from functools import cache

from expectations.marts import (
    dim_handlers,
    dim_sessions,
    fct_anomalies,
    fct_beat_executions,
    fct_breach_counts,
    fct_errors,
    fct_flow_deviations,
    fct_flows,
    fct_handler_executions,
    fct_regressions,
    fct_silent_gaps,
    rpt_budgets,
    rpt_handler_coverage,
    rpt_handler_performance,
    rpt_sequence_conformance,
)
from expectations.raw import beats, handlers, log_files, log_records, rejected_lines, sequences, source_files
from expectations.suite import Layer, Suite

SUITES: tuple[Suite, ...] = (
    log_files.SUITE,
    log_records.SUITE,
    rejected_lines.SUITE,
    sequences.SUITE,
    beats.SUITE,
    handlers.SUITE,
    source_files.SUITE,
    dim_sessions.SUITE,
    dim_handlers.SUITE,
    fct_flows.SUITE,
    fct_beat_executions.SUITE,
    fct_handler_executions.SUITE,
    fct_flow_deviations.SUITE,
    fct_breach_counts.SUITE,
    fct_silent_gaps.SUITE,
    fct_errors.SUITE,
    fct_anomalies.SUITE,
    fct_regressions.SUITE,
    rpt_sequence_conformance.SUITE,
    rpt_handler_performance.SUITE,
    rpt_budgets.SUITE,
    rpt_handler_coverage.SUITE,
)


@cache
def suites_of(layer: Layer) -> tuple[Suite, ...]:
    """Return the suites of a layer."""
    return tuple(suite for suite in SUITES if suite.layer == layer)
