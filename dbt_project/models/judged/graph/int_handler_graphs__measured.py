"""Handlers in the graph of their connections: fan-in, fan-out, cycles, cut points.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: rpt_handler_graph carries this one's.
"""

from orchestration.analysis.graph.handler_graph import measure_graph


def model(dbt, session):
    """Return one row per handler."""
    dbt.config(materialized="table")
    return measure_graph(dbt.ref("dim_handlers").to_arrow_table(), dbt.ref("fct_handler_edges").to_arrow_table())
