"""Flow variants beside their declared sequences, move by move.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: fct_alignments carries this one's.
"""

from orchestration.analysis.conformance.alignment_frames import align_rows


def model(dbt, session):
    """Return one row per move of a variant."""
    dbt.config(materialized="table")
    return align_rows(dbt.ref("int_variants__observed").to_arrow_table(), dbt.ref("dim_beats").to_arrow_table())
