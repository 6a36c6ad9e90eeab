"""Handler durations with the machine's load taken off, as ranks among the training sessions' durations.

The load at a moment is the median of how much slower than usual the executions around it are, whatever handler they
are of. How much of it a handler feels is learnt per handler. A handler is judged by executions whose end was read from
the same kind of line, because the kinds differ by a millisecond.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Split

# Executions around one that say how loaded the machine is: enough for a median that a slow handler does not move.
AROUND = 25
# A handler feels the whole load until the training sessions show otherwise. A load that differed by less than a quarter
# among them (a variance of 0.05 of its logarithm) shows little: the judged session may be the first on a slow machine.
UNSEEN = 0.05


def level_durations(handlers: pl.DataFrame, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return the executions of known handlers with a normal `score` each, and what is usual for their handler."""
    key = pl.concat_str(
        pl.col("plugin_name").fill_null(""), "handler_name", pl.col("end_evidence").fill_null(""), separator="\x1f"
    )
    resolution = pl.col("duration_resolution_ms").fill_null(1.0)
    timed = (
        handlers.filter(pl.col("duration_ms").is_not_null() & pl.col("handler_name").is_not_null())
        .with_columns(
            key.alias("handler_key"),
            (pl.col("duration_ms").clip(lower_bound=0.0) + resolution).log().alias("log_ms"),
            pl.col("session_id").is_in(split.training).alias("is_training"),
        )
        .filter(pl.col("is_training") | pl.col("session_id").is_in(split.judged))
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


def normal_scores(values: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the place of each value among the known ones as a normal deviate; ties get the middle of their places."""
    ordered = np.sort(known)
    place = (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2
    scores: NDArray[np.float64] = norm.ppf((place + 0.5) / (len(known) + 1))
    return scores
