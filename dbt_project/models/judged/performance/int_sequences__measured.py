"""Declared sequences with what their aligned variants say: fitness, precision, generalisation.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: rpt_sequence_fitness carries this
one's.
"""

from orchestration.analysis.conformance.alignment_frames import measure_rows


def model(dbt, session):
    """Return one row per declared sequence with beats."""
    dbt.config(materialized="table")
    moves = dbt.ref("int_variants__aligned").to_arrow_table()
    variants = dbt.ref("fct_flow_variants").to_arrow_table()
    return measure_rows(moves, variants, dbt.ref("dim_beats").to_arrow_table())
