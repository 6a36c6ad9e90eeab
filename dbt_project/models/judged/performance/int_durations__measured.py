"""Percentiles and trends of everything that has durations.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: the rpt_<kind>_performance reports
carry this one's.
"""

from orchestration.analysis.performance.duration_frames import measure_durations


def model(dbt, session):
    """Return one row per kind and subject."""
    dbt.config(materialized="table")
    return measure_durations(dbt.ref("int_durations__collected").to_arrow_table())
