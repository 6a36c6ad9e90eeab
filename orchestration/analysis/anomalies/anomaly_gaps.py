"""Detector: silences longer than training sessions explain.

Gaps are silences of at least a second (fct_silent_gaps), judged within their class, because a user who reads and a
handler that waits are silent for other reasons. Their lengths above that second are taken as generalised Pareto (peaks
over a threshold, Pickands, 1975), fitted by probability-weighted moments (Hosking and Wallis, 1987) and never with a
lighter tail than the exponential. A log does not say whether a silence between flows is the user or a blocked thread:
such gaps become a warning only where the training sessions say that users are never silent for so long.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings

DETECTOR = "silent_gap"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and class of gap: its longest."""
    # What a declaration asks for is not unusual.
    gaps = seen.gaps.filter((pl.col("duration_ms") > 0) & (pl.col("gap_class") != "declared_wait"))
    training = split.of_training(gaps)
    tails = fit_tails(training, options)
    longest = (
        split.of_judged(gaps)
        .with_columns(pl.len().over("session_id").cast(pl.Int64).alias("test_count"))
        .sort("session_id", -pl.col("duration_ms"), "line_number")
        .unique(["session_id", "gap_class"], keep="first", maintain_order=True)
    )
    found = longest.join(tails, on="gap_class").with_columns(
        tail_probability().alias("p_value"),
        pl.concat_str(pl.lit("gap_"), "gap_class").alias("anomaly_class"),
        pl.format("half of {} such silences in training sessions under {} ms, the longest {} ms", "known_count",
                  pl.col("median_ms").round(0).cast(pl.Int64), pl.col("longest_ms").round(0).cast(pl.Int64))
        .alias("expected"),
        pl.format("{} ms without a line", pl.col("duration_ms").round(0).cast(pl.Int64)).alias("observed"),
        pl.lit(len(split.training)).alias("training_session_count"),
        pl.col("started_at").alias("detected_at"),
    )  # fmt: skip
    return as_findings(found, DETECTOR)


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


def tail_probability() -> pl.Expr:
    """Return how probable a gap of that length or longer is."""
    ratio = (pl.col("duration_ms") - pl.col("threshold_ms")).clip(lower_bound=0.0) / pl.col("scale_ms")
    shape = pl.col("shape").clip(lower_bound=1e-9)
    heavy = (1 + shape * ratio).log() / shape
    return pl.when(pl.col("shape") > 0).then((-heavy).exp()).otherwise((-ratio).exp())
