"""Detector: flows that start and never end.

Either the session's log ends while a flow runs (a closed tab, a crash, a log cut short) or the session goes on and the
flow hangs, with what was requested after it waiting. Declared knowledge: a flow ends. Where a good part of the training
sessions ends so, it is noted only.
"""

import polars as pl

from orchestration.analysis.anomaly_model import AnomalyOptions, Observed, Split, as_findings

DETECTOR = "session_end"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per flow that never ended."""
    open_flows = seen.deviations.filter((pl.col("deviation_class") == "incomplete_flow") & ~pl.col("is_accepted"))
    waiting = (
        seen.deviations.filter(pl.col("deviation_class") == "never_started_flow")
        .group_by("session_id")
        .agg(pl.col("occurrence_count").sum().alias("waiting_count"))
    )
    ending = split.of_training(open_flows)["session_id"].n_unique()
    known = len(split.training)
    is_usual = known >= options.minimal_sessions and ending / known > options.usual_share
    found = (
        split.of_judged(open_flows)
        .join(waiting, on="session_id", how="left")
        .with_columns(
            pl.when(pl.col("waiting_count") > 0)
            .then(pl.lit("stuck_flow"))
            .otherwise(pl.lit("ends_inside_flow"))
            .alias("anomaly_class"),
            pl.lit("info" if is_usual else "warning").alias("declared_severity"),
            pl.concat_str(
                pl.col("observed"),
                pl.when(pl.col("waiting_count") > 0)
                .then(pl.format("; {} flows wait behind it", "waiting_count"))
                .otherwise(pl.lit("")),
            ).alias("observed"),
            pl.lit(known).alias("training_session_count"),
        )
    )
    return as_findings(found, DETECTOR)
