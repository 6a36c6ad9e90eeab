"""How surprising things are that were never seen before: what the novelty detectors share.

A session's score is its number of things no training session has. It is compared with the scores the training sessions
get among themselves, each without itself (conformal prediction, Vovk, Gammerman and Shafer, 2005: the p-value is the
share of sessions at least as strange, the session itself counted in). So an application in which every session brings
something new is not alarmed by something new. With n training sessions no p-value is below 1 / (n + 1).
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import Split


def judge_novelty(things: pl.DataFrame, split: Split) -> pl.DataFrame:
    """Return the judged sessions' things that no training session has, with `p_value` and `training_session_count`.

    `things` holds a row per session and thing: `session_id`, `thing` and whatever the detector wants back.
    """
    training = split.of_training(things)
    known = training.group_by("thing").agg(pl.col("session_id").n_unique().alias("known_count"))
    own = (
        training.join(known.filter(pl.col("known_count") == 1), on="thing")
        .group_by("session_id")
        .agg(pl.col("thing").n_unique().alias("score"))
    )
    new = split.of_judged(things).join(known, on="thing", how="anti")
    scored = new.with_columns(pl.col("thing").n_unique().over("session_id").alias("score"))
    return conformal(scored, own, split)


def conformal(scored: pl.DataFrame, own: pl.DataFrame, split: Split) -> pl.DataFrame:
    """Add the share of sessions that score at least as high; training sessions missing in `own` score nothing."""
    count = len(split.training)
    ordered = own["score"].sort()
    reached = [count and int(len(ordered) - ordered.search_sorted(score, "left")) for score in scored["score"]]
    return scored.with_columns(
        pl.Series("p_value", [(one + 1) / (count + 1) for one in reached], pl.Float64),
        pl.lit(1, pl.Int64).alias("test_count"),
        pl.lit(count, pl.Int64).alias("training_session_count"),
    )
