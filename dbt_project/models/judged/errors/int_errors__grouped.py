"""Errors in groups, each led back to its root and to the application's top frame.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: fct_errors carries this one's.
"""

from orchestration.analysis.errors.error_frames import group_rows


def model(dbt, session):
    """Return one row per error record."""
    dbt.config(materialized="table")
    return group_rows(
        dbt.ref("int_errors__collected").to_arrow_table(),
        dbt.ref("dim_source_files").to_arrow_table(),
        dbt.ref("dim_code_symbols").to_arrow_table(),
        dbt.ref("stg_code__handlers").to_arrow_table(),
        dbt.ref("stg_code__source_maps").to_arrow_table(),
    )
