"""Detector: flows that start and never end.

Either the session's log ends while a flow runs (a closed tab, a crash, a log cut short) or the session goes on and the
flow hangs, with what was requested after it waiting. Declared knowledge: a flow ends. Where a good part of the training
sessions ends so, it is noted only.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings

DETECTOR = "session_end"

CLASSES = {"incomplete_flow": "ends_inside_flow", "hung_flow": "hung_flow"}


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per flow that never ended."""
    endless = seen.deviations.filter(
        pl.col("deviation_class").is_in(list(CLASSES)) & (pl.col("severity") != "info")
    ).with_columns(pl.col("deviation_class").replace(CLASSES).alias("anomaly_class"))
    ending = split.of_training(endless)["session_id"].n_unique()
    known = len(split.training)
    is_usual = known >= options.minimal_sessions and ending / known > options.usual_share
    found = split.of_judged(endless).with_columns(
        pl.when(pl.col("is_accepted") | pl.col("is_consequence") | pl.lit(is_usual))
        .then(pl.lit("info"))
        .otherwise("severity")
        .alias("declared_severity"),
        pl.lit(known).alias("training_session_count"),
    )
    return as_findings(found, DETECTOR)
