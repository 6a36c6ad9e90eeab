"""Trends of error groups over the sessions. The method is in orchestration/analysis."""

from orchestration.analysis.errors.error_trend import trend_rows


def model(dbt, session):
    """Return one row per error group."""
    dbt.config(materialized="table")
    return trend_rows(dbt.ref("fct_errors").to_arrow_table(), dbt.ref("dim_sessions").to_arrow_table())
