"""Candidate tests in the order of a greedy set cover: each adds the most that no test before it covers.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: fct_test_candidates carries this
one's.
"""

from orchestration.analysis.replay.set_cover import rank_rows


def model(dbt, session):
    """Return one row per candidate test that covers something new."""
    dbt.config(materialized="table")
    return rank_rows(dbt.ref("int_test_items__collected").to_arrow_table())
