"""Statistic: handlers that are slower in a session than elsewhere, the machine's load taken off.

Per handler the ranks of a session's executions among those of the training sessions, as normal scores (van der Waerden,
1952): no distribution is assumed, ties share their rank, and one execution that is a hundred times slower counts no
more than the slowest of the training. Executions of one session are alike; their intra-class correlation, from the
training sessions, widens the sum. What remains is calibrated on the training sessions' own sums (an empirical null,
Efron, 2004).

The load at a moment is the median of how much slower than usual the executions around it are, whatever handler they
are of. How much of it a handler feels is learned per handler. A handler is judged by executions whose end was read from
the same kind of line, because the kinds differ by a millisecond.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.analysis.anomalies.model import AnomalyOptions, Judge, Observed, Split

# Executions of a session are never taken as independent altogether: with few sessions a correlation is easily missed.
SMALLEST_CORRELATION = 0.05
# Executions around one that say how loaded the machine is: enough for a median that a slow handler does not move.
AROUND = 25
# A handler feels the whole load until the training sessions show otherwise. A load that differed by less than a quarter
# among them (a variance of 0.05 of its logarithm) shows little: the judged session may be the first on a slow machine.
UNSEEN = 0.05

Numbers = NDArray[np.float64]


def slow_handlers(seen: Observed, options: AnomalyOptions) -> Judge:
    """Return what judges the handlers that ran often enough in a session."""
    timed = _timed(seen.handlers)
    return lambda split: _slow_handlers(timed, split, options)


def _slow_handlers(timed: pl.DataFrame, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    # Here and below, because the site reads the detectors' words and none of their statistics.
    from scipy.special import ndtr

    levelled = _level_durations(timed, split, options)
    if levelled.is_empty():
        return levelled
    sums = _session_sums(levelled)
    training = split.of_training(sums)
    sums = sums.join(_correlations(training), on="handler_key").with_columns(_z_score().alias("z_score"))
    scale = _null_scale(split.of_training(sums).filter(pl.col("execution_count") >= options.minimal_repeats))
    judged = split.of_judged(sums).filter(pl.col("execution_count") >= options.minimal_repeats)
    p_values = ndtr(-judged["z_score"].to_numpy() / scale)
    slower = (pl.col("median_ms") >= options.minimal_ratio * pl.col("usual_ms")) & (
        pl.col("median_ms") - pl.col("usual_ms")
        > pl.max_horizontal(options.minimal_clock_steps * pl.col("step_ms"), pl.lit(options.minimal_difference_ms))
    )
    return judged.with_columns(
        pl.Series("p_value", p_values, pl.Float64),
        pl.len().over("session_id").cast(pl.Int64).alias("test_count"),
        pl.col("execution_count").alias("occurrence_count"),
    ).filter(slower)


def _session_sums(levelled: pl.DataFrame) -> pl.DataFrame:
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


def _correlations(sums: pl.DataFrame) -> pl.DataFrame:
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
    from scipy.special import ndtri

    scores = training["z_score"].drop_nulls().to_numpy()
    if len(scores) == 0:
        return 1.0
    # The middle half is not moved by a few sessions that are truly slow.
    low, high = np.quantile(scores, [0.25, 0.75])
    return max(1.0, float(high - low) / float(ndtri(0.75) - ndtri(0.25)))


def _timed(handlers: pl.DataFrame) -> pl.DataFrame:
    """Return the executions that have a duration, its logarithm, and the key by which they are compared."""
    key = pl.concat_str(
        pl.col("plugin_name").fill_null(""), "handler_name", pl.col("end_evidence").fill_null(""), separator="\x1f"
    )
    resolution = pl.col("duration_resolution_ms").fill_null(1.0)
    return (
        handlers.filter(pl.col("duration_ms").is_not_null() & pl.col("handler_name").is_not_null())
        .with_columns(
            key.alias("handler_key"),
            (pl.col("duration_ms").clip(lower_bound=0.0) + resolution).log().alias("log_ms"),
        )
        .sort("session_id", "line_number")
    )


def _level_durations(timed: pl.DataFrame, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return the executions of known handlers with a normal `score` each, and what is usual for their handler."""
    timed = timed.with_columns(pl.col("session_id").is_in(split.training).alias("is_training")).filter(
        pl.col("is_training") | pl.col("session_id").is_in(split.judged)
    )
    usual = (
        timed.filter("is_training")
        .group_by("handler_key")
        .agg(
            pl.col("log_ms").median().alias("centre"),
            pl.col("duration_ms").median().alias("usual_ms"),
            pl.len().cast(pl.Int64).alias("known_count"),
            pl.col("session_id").n_unique().cast(pl.Int64).alias("known_sessions"),
        )
        .filter(pl.col("known_count") >= options.minimal_executions)
    )
    rest = (pl.col("log_ms") - pl.col("centre")).alias("rest")
    load = pl.col("rest").rolling_median(AROUND, center=True, min_samples=1).over("session_id").alias("load")
    loaded = timed.join(usual, on="handler_key").sort("session_id", "line_number").with_columns(rest).with_columns(load)
    felt = (
        loaded.filter("is_training")
        .group_by("handler_key")
        .agg(((pl.cov("load", "rest") + UNSEEN) / (pl.col("load").var() + UNSEEN)).alias("slope"))
        .with_columns(pl.col("slope").fill_nan(1.0).fill_null(1.0).clip(0.0, 1.0))
    )
    levelled = loaded.join(felt, on="handler_key").with_columns(
        (pl.col("rest") - pl.col("slope") * pl.col("load")).alias("level")
    )
    return _scored(levelled)


def _scored(levelled: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for part in levelled.partition_by("handler_key", maintain_order=True):
        known = part.filter("is_training")["level"].to_numpy()
        parts.append(part.with_columns(pl.Series("score", normal_scores(part["level"].to_numpy(), known), pl.Float64)))
    return pl.concat(parts) if parts else levelled.with_columns(pl.lit(0.0).alias("score"))


def normal_scores(values: Numbers, known: Numbers) -> Numbers:
    """Return the place of each value among the known ones as a normal deviate; ties get the middle of their places."""
    from scipy.special import ndtri

    ordered = np.sort(known)
    place = (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2
    scores: Numbers = ndtri((place + 0.5) / (len(known) + 1))
    return scores
