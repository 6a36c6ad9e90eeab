"""Detector: storms, a topic published or a sequence started far more often within ten seconds than is usual.

How surprising a number is, is said in anomaly_bursts.py.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_bursts import judge_bursts, usual_burst
from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings

DETECTOR = "rate_storm"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and topic or sequence: its largest burst."""
    window = options.burst_window_ms // 1000
    found = judge_bursts(occurrences(seen), split, options).with_columns(
        pl.lit("storm").alias("anomaly_class"),
        pl.col("burst_count").cast(pl.Int64).alias("occurrence_count"),
        usual_burst(options).alias("expected"),
        pl.format("{} in {} s", "burst_count", pl.lit(window)).alias("observed"),
    )
    return as_findings(found, DETECTOR)


def occurrences(seen: Observed) -> pl.DataFrame:
    """Return every flow and every published topic as an occurrence of its sequence or topic."""
    columns = (
        "session_id",
        "thing",
        "sequence_name",
        "topic",
        "flow_id",
        "detected_at",
        "log_file_path",
        "line_number",
    )
    flows = seen.flows.with_columns(
        pl.concat_str(pl.lit("sequence "), pl.col("sequence_name").fill_null("")).alias("thing"),
        pl.coalesce("queued_at", "started_at").alias("detected_at"),
        pl.lit(None, pl.String).alias("topic"),
    )
    topics = seen.topics.with_columns(
        pl.concat_str(pl.lit("topic "), "topic").alias("thing"),
        pl.col("emitted_at").alias("detected_at"),
        pl.lit(None, pl.String).alias("sequence_name"),
        pl.lit(None, pl.String).alias("flow_id"),
    )
    return pl.concat([flows.select(columns), topics.select(columns)])
