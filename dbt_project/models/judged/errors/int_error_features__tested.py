"""Features that tell failing from passing units. The method is in orchestration/analysis."""

from orchestration.analysis.errors.error_lift import lift_rows


def model(dbt, session):
    """Return one row per error group and feature that tells."""
    dbt.config(materialized="table")
    return lift_rows(dbt.ref("int_error_features__counted").to_arrow_table())
