"""Statistics that say how rare so much is: the largest burst of a thing, the longest silence of a class.

Unlike rankings they know how a tail goes on beyond what was seen.

**Bursts.** A session's measure of a thing is the largest number of its occurrences within one window (without a clock:
in the whole session). The repetitions in training sessions that had the thing are taken as geometric: after each
occurrence the user, or the code, goes on or stops. Its stopping probability is not known but learned, so that the tail
is that of a beta-geometric distribution, heavy while little is known. Where the training sessions differ more than that
among themselves, the tail is that of a negative binomial distribution with their spread, and the heavier one counts.

**Silences.** Gaps are silences of at least a second (fct_silent_gaps), judged within their class, because a user who
reads and a handler that waits are silent for other reasons. Their lengths above that second are taken as generalised
Pareto (peaks over a threshold, Pickands, 1975), fitted by probability-weighted moments (Hosking and Wallis, 1987) and
never with a lighter tail than the exponential.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.analysis.anomalies.model import AnomalyOptions, Judge, Observed, Split

Numbers = NDArray[np.float64]

# One storm among the training sessions must not make storms usual: their counts are cut at this many times their upper
# quartile.
CUT_AT = 5.0
# So rare a burst of its sequence explains a handler's: only a handler that storms alone is told.
EXPLAINS = 0.001


@dataclass(frozen=True, slots=True)
class Bursts:
    """A finding per session and thing: its largest burst; `rows` are the occurrences, with a column `thing`."""

    rows: Callable[[Observed], pl.DataFrame]

    def __call__(self, seen: Observed, options: AnomalyOptions) -> Judge:
        """Return what gives size, first line, p-value and what was usual of every largest burst."""
        bursts = largest_bursts(self.rows(seen), options).with_columns(
            pl.lit(options.burst_window_ms // 1000).alias("window_s"),
            pl.col("burst_count").cast(pl.Int64).alias("occurrence_count"),
        )
        return lambda split: _alone(_judge_bursts(bursts, split)).with_columns(_usual_burst(options))


def _judge_bursts(bursts: pl.DataFrame, split: Split) -> pl.DataFrame:
    """Return the judged sessions' bursts with a p-value, and what is known of their thing."""
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
    )


def _usual_burst(options: AnomalyOptions) -> pl.Expr:
    """Say in words what the training sessions know of the thing."""
    known = pl.format(
        "at most {} in {} s in the {} training sessions that have it",
        pl.col("usual_count").cast(pl.Int64),
        pl.lit(options.burst_window_ms // 1000),
        "known_count",
    )
    unknown = pl.when(pl.col("known_count").is_null()).then(pl.lit("not seen in training sessions"))
    return unknown.otherwise(known).alias("usual_burst")


def _alone(bursts: pl.DataFrame) -> pl.DataFrame:
    """Leave out handlers whose sequence bursts as well in the session: that is one storm."""
    rare = bursts.filter(pl.col("handler_name").is_null() & (pl.col("p_value") < EXPLAINS))
    explained = rare.select("session_id", "sequence_name").drop_nulls().unique()
    of_handlers = bursts.filter(pl.col("handler_name").is_not_null())
    others = bursts.filter(pl.col("handler_name").is_null())
    return pl.concat([others, of_handlers.join(explained, on=["session_id", "sequence_name"], how="anti")])


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
    from scipy.special import betaln
    from scipy.stats import nbinom

    count = bursts["burst_count"].to_numpy().astype(np.float64)
    known, repeats = (_filled(bursts[name]) for name in ("known_count", "repeat_count"))
    learned = np.exp(betaln(1 + known, 1 + repeats + count - 1) - betaln(1 + known, 1 + repeats))
    mean, spread = _filled(bursts["mean_repeats"]), _filled(bursts["spread"])
    is_wide = spread > mean + mean**2
    size = np.divide(mean**2, spread - mean, out=np.ones_like(mean), where=is_wide & (spread > mean))
    size = np.clip(size, 0.01, 1.0)
    wide = nbinom.sf(count - 2, size, np.divide(size, size + mean, out=np.ones_like(mean), where=mean > 0))
    tail: Numbers = np.where(is_wide, np.maximum(learned, wide), learned)
    return tail


def _filled(column: pl.Series) -> Numbers:
    return column.cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()


def longest_silences(seen: Observed, options: AnomalyOptions) -> Judge:
    """Return what judges each session's longest gap of every class.

    A log does not say whether a silence between flows is the user or a blocked thread: such gaps become a warning only
    where the training sessions say that users are never silent for so long.
    """
    # What a declaration asks for is not unusual.
    gaps = seen.gaps.filter((pl.col("duration_ms") > 0) & (pl.col("gap_class") != "declared_wait"))
    longest = (
        gaps.with_columns(pl.len().over("session_id").cast(pl.Int64).alias("test_count"))
        .sort("session_id", -pl.col("duration_ms"), "line_number")
        .unique(["session_id", "gap_class"], keep="first", maintain_order=True)
        .with_columns(pl.concat_str(pl.lit("gap_"), "gap_class").alias("anomaly_class"))
    )

    def judge(split: Split) -> pl.DataFrame:
        tails = fit_tails(split.of_training(gaps), options)
        return split.of_judged(longest).join(tails, on="gap_class").with_columns(_tail_probability().alias("p_value"))

    return judge


def fit_tails(gaps: pl.DataFrame, options: AnomalyOptions) -> pl.DataFrame:
    """Return threshold, scale and shape of the lengths of each class of gaps that enough are known of."""
    ordered = gaps.sort("gap_class", "duration_ms").with_columns(
        pl.col("duration_ms").min().over("gap_class").alias("threshold_ms")
    )
    excess = pl.col("duration_ms") - pl.col("threshold_ms")
    # Share of the gaps that are longer, by plotting position.
    above = 1 - (pl.int_range(1, pl.len() + 1).over("gap_class") - 0.35) / pl.len().over("gap_class")
    return (
        ordered.with_columns(excess.alias("excess"), (excess * above).alias("weighted"))
        .group_by("gap_class")
        .agg(
            pl.col("threshold_ms").first(),
            pl.col("excess").mean().alias("mean"),
            pl.col("weighted").mean().alias("weighted"),
            pl.col("duration_ms").median().alias("median_ms"),
            pl.col("duration_ms").max().alias("longest_ms"),
            pl.len().alias("known_count"),
        )
        .filter((pl.col("known_count") >= options.minimal_executions) & (pl.col("mean") > 0))
        .with_columns((2 - pl.col("mean") / (pl.col("mean") - 2 * pl.col("weighted"))).clip(0.0, 1.0).alias("shape"))
        .with_columns((pl.col("mean") * (1 - pl.col("shape")).clip(lower_bound=0.05)).alias("scale_ms"))
    )


def _tail_probability() -> pl.Expr:
    """Return how probable a gap of that length or longer is."""
    ratio = (pl.col("duration_ms") - pl.col("threshold_ms")).clip(lower_bound=0.0) / pl.col("scale_ms")
    shape = pl.col("shape").clip(lower_bound=1e-9)
    heavy = (1 + shape * ratio).log() / shape
    return pl.when(pl.col("shape") > 0).then((-heavy).exp()).otherwise((-ratio).exp())
