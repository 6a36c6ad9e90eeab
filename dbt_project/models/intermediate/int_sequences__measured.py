"""Declared sequences with what their aligned variants say: fitness, precision, generalisation.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: rpt_sequence_fitness carries this
one's.
"""

from orchestration.analysis.alignment_frames import measure_rows


def model(dbt, session):
    """Return one row per declared sequence with beats."""
    dbt.config(materialized="table")
    moves = dbt.ref("int_variants__aligned").to_arrow_table().to_pylist()
    variants = dbt.ref("fct_flow_variants").to_arrow_table().to_pylist()
    declared = dbt.ref("dim_beats").to_arrow_table().to_pylist()
    return measure_rows(moves, {row["variant_id"]: row["ended_flow_count"] for row in variants}, declared)
