"""How surprising a number of repetitions is: what the detectors of storms and error bursts share.

A session's measure of a thing is the largest number of its occurrences within one window (without a clock: in the whole
session). The repetitions in training sessions that had the thing are taken as geometric: after each occurrence the
user, or the code, goes on or stops. Its stopping probability is not known but learnt, so that the tail is that of a
beta-geometric distribution, heavy while little is known. Where the training sessions differ more than that among
themselves, the tail is that of a negative binomial distribution with their spread, and the heavier one counts.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaln
from scipy.stats import nbinom

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Split

Numbers = NDArray[np.float64]

# One storm among the training sessions must not make storms usual: their counts are cut at this many times their upper
# quartile.
CUT_AT = 5.0


def judge_bursts(occurrences: pl.DataFrame, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a row per judged session and `thing`: the size of its largest burst, its first line, and a p-value."""
    bursts = largest_bursts(occurrences, options)
    training = split.of_training(bursts)
    limit = pl.col("burst_count").quantile(0.75, "higher").over("thing") * CUT_AT
    repeats = (
        training.with_columns(pl.min_horizontal("burst_count", limit) - 1)
        .group_by("thing")
        .agg(
            pl.len().alias("known_count"),
            pl.col("burst_count").sum().alias("repeat_count"),
            pl.col("burst_count").mean().alias("mean_repeats"),
            pl.col("burst_count").var().alias("spread"),
            (pl.col("burst_count").max() + 1).alias("usual_count"),
        )
    )
    judged = split.of_judged(bursts).join(repeats, on="thing", how="left")
    return judged.with_columns(
        pl.Series("p_value", tail_probabilities(judged), pl.Float64),
        pl.len().over("session_id").cast(pl.Int64).alias("test_count"),
        pl.lit(len(split.training), pl.Int64).alias("training_session_count"),
    )


def usual_burst(options: AnomalyOptions) -> pl.Expr:
    """Say in words what the training sessions know of the thing."""
    known = pl.format(
        "at most {} in {} s in the {} training sessions that have it",
        pl.col("usual_count").cast(pl.Int64),
        pl.lit(options.burst_window_ms // 1000),
        "known_count",
    )
    return pl.when(pl.col("known_count").is_null()).then(pl.lit("not seen in training sessions")).otherwise(known)


def largest_bursts(occurrences: pl.DataFrame, options: AnomalyOptions) -> pl.DataFrame:
    """Return the largest burst per session and thing; the other columns are those of its first occurrence."""
    ordered = occurrences.sort("session_id", "thing", "line_number")
    ends = pl.col("detected_at") + pl.duration(milliseconds=options.burst_window_ms)
    timed = ordered.filter(pl.col("detected_at").is_not_null()).sort("session_id", "thing", "detected_at")
    place = pl.int_range(pl.len()).over("session_id", "thing")
    timed = timed.with_columns(place.alias("place"), ends.alias("window_end"))
    sizes = (
        timed.join_asof(
            timed.select("session_id", "thing", pl.col("detected_at").alias("last_at"), pl.col("place").alias("last"))
            .sort("last_at"),
            left_on="window_end",
            right_on="last_at",
            by=["session_id", "thing"],
            strategy="backward",
            check_sortedness=False,
        )
        if len(timed)
        else timed.with_columns(pl.lit(0, pl.Int64).alias("last"))
    )  # fmt: skip
    sizes = sizes.with_columns(
        (pl.col("last").cast(pl.Int64) - pl.col("place").cast(pl.Int64) + 1).alias("burst_count")
    )
    untimed = ordered.filter(pl.col("detected_at").is_null()).with_columns(
        pl.len().over("session_id", "thing").cast(pl.Int64).alias("burst_count")
    )
    columns = [*occurrences.columns, "burst_count"]
    return (
        pl.concat([sizes.select(columns), untimed.select(columns)])
        .sort("session_id", "thing", -pl.col("burst_count"), "line_number")
        .unique(["session_id", "thing"], keep="first", maintain_order=True)
    )


def tail_probabilities(bursts: pl.DataFrame) -> Numbers:
    """Return how probable a burst of at least that size is. Nothing known: a beta(1, 1) stopping probability."""
    count = bursts["burst_count"].to_numpy().astype(np.float64)
    known, repeats = (_filled(bursts[name]) for name in ("known_count", "repeat_count"))
    learnt = np.exp(betaln(1 + known, 1 + repeats + count - 1) - betaln(1 + known, 1 + repeats))
    mean, spread = _filled(bursts["mean_repeats"]), _filled(bursts["spread"])
    is_wide = spread > mean + mean**2
    size = np.divide(mean**2, spread - mean, out=np.ones_like(mean), where=is_wide & (spread > mean))
    size = np.clip(size, 0.01, 1.0)
    wide = nbinom.sf(count - 2, size, np.divide(size, size + mean, out=np.ones_like(mean), where=mean > 0))
    tail: Numbers = np.where(is_wide, np.maximum(learnt, wide), learnt)
    return tail


def _filled(column: pl.Series) -> Numbers:
    return column.cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
