"""Detector: steps from beat to beat that no training session has.

The short sequences of Forrest, Hofmeyr, Somayaji and Longstaff (A sense of self for Unix processes, 1996): windows of
three topics within a flow, with marks for its start and end. Unlike variants, a flow that repeats a beat ten times
instead of nine brings no new window.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings
from orchestration.analysis.anomalies.anomaly_novelty import judge_novelty

DETECTOR = "transition"
START, END, UNNAMED = "(start)", "(end)", "(unnamed)"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and new window of three beats."""
    known = split.of_training(seen.flows).group_by("sequence_name").agg(pl.len().alias("flow_count"))
    judgeable = known.filter(pl.col("flow_count") >= options.minimal_executions)
    beats = windows(seen.beats, seen.flows).join(judgeable, on="sequence_name")
    things = (
        beats.sort("session_id", "line_number")
        .group_by("session_id", "sequence_name", "thing", maintain_order=True)
        .agg(
            pl.len().alias("occurrence_count"),
            pl.col(
                "flow_id", "topic", "beat_number", "started_at", "log_file_path", "line_number", "before", "after",
            ).first(),
        )
    )  # fmt: skip
    found = judge_novelty(things, split).with_columns(
        pl.lit("new_transition").alias("anomaly_class"),
        pl.lit("steps between beats that training sessions have").alias("expected"),
        pl.format("{} between {} and {}, never seen before, {} times", "topic", "before", "after", "occurrence_count")
        .alias("observed"),
        pl.col("started_at").alias("detected_at"),
    )  # fmt: skip
    return as_findings(found, DETECTOR)


def windows(beats: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """Return each beat execution with what ran before and after it in its flow, as one text `thing`.

    The last beat of a flow without an end is followed by nothing: a log that is cut short is no new step.
    """
    topic = pl.col("topic").fill_null(UNNAMED)
    after = pl.when(pl.col("status").is_in(["completed", "failed"])).then(pl.lit(END)).otherwise(pl.lit(None))
    return (
        beats.join(flows.select("flow_id", "status"), on="flow_id", how="left")
        .sort("session_id", "flow_id", "execution_number")
        .with_columns(
            topic.shift(1).over("session_id", "flow_id").fill_null(START).alias("before"),
            pl.coalesce(topic.shift(-1).over("session_id", "flow_id"), after).alias("after"),
        )
        .filter(pl.col("after").is_not_null())
        .with_columns(
            pl.concat_str(pl.col("sequence_name").fill_null(""), "before", topic, "after", separator="\x1f").alias(
                "thing"
            )
        )
    )
