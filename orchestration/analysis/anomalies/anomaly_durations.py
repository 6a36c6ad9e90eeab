"""Detector: handlers that are slower in a session than elsewhere, the machine's load taken off.

Per handler the ranks of a session's executions among those of the training sessions, as normal scores (van der Waerden,
1952): no distribution is assumed, ties share their rank, and one execution that is a hundred times slower counts no
more than the slowest of the training. Executions of one session are alike; their intra-class correlation, from the
training sessions, widens the sum. What remains is calibrated on the training sessions' own sums (an empirical null,
Efron, 2004).
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from orchestration.analysis.anomalies.anomaly_load import level_durations
from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings, no_findings

DETECTOR = "handler_duration"
# Executions of a session are never taken as independent altogether: with few sessions a correlation is easily missed.
SMALLEST_CORRELATION = 0.05

Numbers = NDArray[np.float64]


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and handler that ran often enough to be judged."""
    if len(split.training) < options.minimal_sessions:
        return no_findings()
    levelled = level_durations(seen.handlers, split, options)
    if levelled.is_empty():
        return no_findings()
    sums = session_sums(levelled)
    training = split.of_training(sums)
    sums = sums.join(correlations(training), on="handler_key").with_columns(_z_score().alias("z_score"))
    scale = _null_scale(split.of_training(sums).filter(pl.col("execution_count") >= options.minimal_repeats))
    judged = split.of_judged(sums).filter(pl.col("execution_count") >= options.minimal_repeats)
    p_values = norm.sf(judged["z_score"].to_numpy() / scale)
    slower = (pl.col("median_ms") >= options.minimal_ratio * pl.col("usual_ms")) & (
        pl.col("median_ms") - pl.col("usual_ms")
        > pl.max_horizontal(options.minimal_clock_steps * pl.col("step_ms"), pl.lit(options.minimal_difference_ms))
    )
    found = judged.with_columns(
        pl.Series("p_value", p_values, pl.Float64),
        pl.len().over("session_id").cast(pl.Int64).alias("test_count"),
        pl.lit("slow_handler").alias("anomaly_class"),
        pl.format("{} ms, the median of {} executions in {} training sessions", pl.col("usual_ms").round(1),
                  "known_count", "known_sessions").alias("expected"),
        pl.format("{} ms, the median of {} executions; the session's load is taken off", pl.col("median_ms").round(1),
                  "execution_count").alias("observed"),
        pl.col("execution_count").alias("occurrence_count"),
        pl.lit(len(split.training)).alias("training_session_count"),
        pl.col("started_at").alias("detected_at"),
    ).filter(slower)  # fmt: skip
    return as_findings(found, DETECTOR)


def session_sums(levelled: pl.DataFrame) -> pl.DataFrame:
    """Return per session and handler the sum of normal scores and of their squares, and its slowest execution."""
    return (
        levelled.sort("session_id", "handler_key", -pl.col("score"), "line_number")
        .group_by("session_id", "handler_key", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("execution_count"),
            pl.col("score").sum().alias("score_sum"),
            (pl.col("score") ** 2).sum().alias("square_sum"),
            pl.col("duration_ms").median().alias("median_ms"),
            pl.col("duration_resolution_ms").fill_null(1.0).max().alias("step_ms"),
            pl.col(
                "usual_ms", "known_count", "known_sessions", "flow_id", "sequence_name", "beat_number", "topic",
                "plugin_name", "handler_name", "started_at", "log_file_path", "line_number",
            ).first(),
        )
    )  # fmt: skip


def correlations(sums: pl.DataFrame) -> pl.DataFrame:
    """Return per handler how alike executions of one session are: the mean product of two scores of a session."""
    pairs = pl.col("execution_count") * (pl.col("execution_count") - 1)
    products = (pl.col("score_sum") ** 2 - pl.col("square_sum")).sum() / pairs.sum()
    return sums.group_by("handler_key").agg(
        pl.when(pairs.sum() > 0).then(products).otherwise(1.0).clip(SMALLEST_CORRELATION, 1.0).alias("correlation")
    )


def _z_score() -> pl.Expr:
    count = pl.col("execution_count")
    return pl.col("score_sum") / (count * (1 + (count - 1) * pl.col("correlation"))).sqrt()


def _null_scale(training: pl.DataFrame) -> float:
    """Return how much wider than a standard normal distribution the training sessions' sums are; at least 1."""
    scores = training["z_score"].drop_nulls().to_numpy()
    if len(scores) == 0:
        return 1.0
    # The middle half is not moved by a few sessions that are truly slow.
    low, high = np.quantile(scores, [0.25, 0.75])
    return max(1.0, float(high - low) / float(norm.ppf(0.75) - norm.ppf(0.25)))
