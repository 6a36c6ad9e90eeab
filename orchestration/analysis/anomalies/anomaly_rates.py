"""Detector: storms, a topic published, a sequence started or a handler run far more often in ten seconds than is usual.

A handler that runs often because its sequence does is no storm of its own. How surprising a number is, is said in
anomaly_bursts.py.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_bursts import judge_bursts, usual_burst
from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings

DETECTOR = "rate_storm"

# So rare a burst of its sequence explains a handler's: only a handler that storms alone is told.
_EXPLAINS = 0.001


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and topic, sequence or handler: its largest burst."""
    window = options.burst_window_ms // 1000
    found = _alone(judge_bursts(occurrences(seen), split, options)).with_columns(
        pl.lit("storm").alias("anomaly_class"),
        pl.col("burst_count").cast(pl.Int64).alias("occurrence_count"),
        usual_burst(options).alias("expected"),
        pl.format("{} in {} s", "burst_count", pl.lit(window)).alias("observed"),
    )
    return as_findings(found, DETECTOR)


def occurrences(seen: Observed) -> pl.DataFrame:
    """Return every flow, published topic and timed run of a handler as an occurrence of sequence, topic or handler."""
    columns = (
        "session_id",
        "thing",
        "sequence_name",
        "topic",
        "handler_name",
        "flow_id",
        "detected_at",
        "log_file_path",
        "line_number",
    )
    flows = seen.flows.with_columns(
        pl.concat_str(pl.lit("sequence "), pl.col("sequence_name").fill_null("")).alias("thing"),
        pl.coalesce("queued_at", "started_at").alias("detected_at"),
        pl.lit(None, pl.String).alias("topic"),
        pl.lit(None, pl.String).alias("handler_name"),
    )
    topics = seen.topics.with_columns(
        pl.concat_str(pl.lit("topic "), "topic").alias("thing"),
        pl.col("emitted_at").alias("detected_at"),
        pl.lit(None, pl.String).alias("sequence_name"),
        pl.lit(None, pl.String).alias("handler_name"),
        pl.lit(None, pl.String).alias("flow_id"),
    )
    # Without a clock a burst is the whole session: what the sequences say is all there is.
    handlers = seen.handlers.filter(pl.col("started_at").is_not_null()).with_columns(
        pl.concat_str(pl.lit("handler "), pl.col("plugin_name").fill_null(""), pl.lit(" "), "handler_name").alias(
            "thing"
        ),
        pl.col("started_at").alias("detected_at"),
        pl.lit(None, pl.String).alias("topic"),
    )
    return pl.concat([flows.select(columns), topics.select(columns), handlers.select(columns)])


def _alone(bursts: pl.DataFrame) -> pl.DataFrame:
    """Leave out handlers whose sequence bursts as well in the session: that is one storm."""
    rare = bursts.filter(pl.col("handler_name").is_null() & (pl.col("p_value") < _EXPLAINS))
    explained = rare.select("session_id", "sequence_name").drop_nulls().unique()
    of_handlers = bursts.filter(pl.col("handler_name").is_not_null())
    others = bursts.filter(pl.col("handler_name").is_null())
    return pl.concat([others, of_handlers.join(explained, on=["session_id", "sequence_name"], how="anti")])
