"""Statistic of detectors that know what is forbidden: deviations from the declarations, from the first session on.

There is no p-value: no chance is involved. What a good part of the training sessions does as well is drift of the
declarations and not unusual any more: it is noted, as are consequences and what was accepted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from orchestration.analysis.anomalies.model import AnomalyOptions, Judge, Observed, Split

# The one-sided 95 % bound of the normal distribution, for the lower bound of a share.
NORMAL_95 = 1.645

# Adds `is_usual` to what was found, from the deviations of all sessions.
Usual = Callable[[pl.DataFrame, pl.DataFrame, Observed, Split, AnomalyOptions], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A finding per session and subject that deviates: its first line and number of cases.

    `classes` leads from the class of a deviation to that of the anomaly.
    """

    classes: Mapping[str, str]
    subject: tuple[str, ...]
    usual: Usual

    def __call__(self, seen: Observed, options: AnomalyOptions) -> Judge:
        """Return what finds the judged sessions' deviations, with the severity of what was broken."""
        deviations = seen.deviations.filter(
            pl.col("deviation_class").is_in(list(self.classes)) & (pl.col("severity") != "info")
        ).with_columns(pl.col("deviation_class").replace(self.classes).alias("anomaly_class"))
        severity = pl.when(pl.col("is_usual") | pl.col("is_excused")).then(pl.lit("info")).otherwise("severity")

        def judge(split: Split) -> pl.DataFrame:
            found = self.usual(self._gathered(split.of_judged(deviations)), deviations, seen, split, options)
            return found.with_columns(severity.alias("declared_severity"))

        return judge

    def _gathered(self, deviations: pl.DataFrame) -> pl.DataFrame:
        keys = ("session_id", "anomaly_class", *self.subject)
        return (
            deviations.sort("session_id", "line_number")
            .group_by(keys, maintain_order=True)
            .agg(
                pl.col("severity").sort().first(),
                pl.col("occurrence_count").sum(),
                (pl.col("is_consequence") | pl.col("is_accepted")).all().alias("is_excused"),
                pl.exclude(*keys, "severity", "occurrence_count").first(),
            )
        )


def usual_of_its_kind(
    found: pl.DataFrame, deviations: pl.DataFrame, seen: Observed, split: Split, options: AnomalyOptions
) -> pl.DataFrame:
    """Count in how many of the training sessions that could show it the same is not as declared."""
    subject = ["anomaly_class", "sequence_name", "topic"]
    able = (
        split.of_training(seen.flows)
        .group_by("sequence_name")
        .agg(pl.col("session_id").n_unique().alias("session_count"))
    )
    shown = split.of_training(deviations).group_by(subject).agg(pl.col("session_id").n_unique().alias("shown_count"))
    share = pl.col("shown_count") / pl.col("session_count")
    lowest = share - NORMAL_95 * (share * (1 - share) / pl.col("session_count")).sqrt()
    is_usual = (pl.col("session_count") >= options.minimal_sessions) & (lowest > options.usual_share)
    shares = (
        shown.join(able, on="sequence_name", how="left", nulls_equal=True)
        .with_columns(pl.col("session_count").fill_null(len(split.training)))
        .select(*subject, is_usual.alias("is_usual"))
    )
    return found.join(shares, on=subject, how="left", nulls_equal=True).with_columns(
        pl.col("is_usual").fill_null(value=False)
    )


def usual_of_sessions(
    found: pl.DataFrame, deviations: pl.DataFrame, seen: Observed, split: Split, options: AnomalyOptions
) -> pl.DataFrame:
    """Count the training sessions that have any of the deviations, whatever their subject."""
    del seen
    shown, known = split.of_training(deviations)["session_id"].n_unique(), len(split.training)
    is_usual = known >= options.minimal_sessions and shown / known > options.usual_share
    return found.with_columns(pl.lit(is_usual).alias("is_usual"))
