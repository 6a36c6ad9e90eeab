"""What becomes of findings: a warning, a note, or nothing.

Findings of declared knowledge keep the severity of what was broken. Learned findings share an alert budget: of 1,000
flows chance alone may give so many warnings, all learned detectors together. Within a session and detector the
p-values of all handlers, topics or sequences judged are corrected by Benjamini and Hochberg's procedure (1995), so that
many handlers do not make many alarms.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions

Numbers = NDArray[np.float64]

VERDICT_SCHEMA = {"severity": pl.String(), "q_value": pl.Float64(), "stated_rate": pl.Float64()}


@dataclass(frozen=True, slots=True)
class StatedRates:
    """Share of healthy sessions in which a detector may give a warning, for both kinds of learned detectors."""

    ranking: float
    tail: float


def judge_findings(findings: pl.DataFrame, stated_rate: float, options: AnomalyOptions) -> pl.DataFrame:
    """Return the findings worth a row, with `severity`, `q_value` and the `stated_rate` they were held against."""
    declared = findings.filter(pl.col("declared_severity").is_not_null()).with_columns(
        pl.col("declared_severity").alias("severity"),
        pl.lit(None, pl.Float64).alias("q_value"),
        pl.lit(None, pl.Float64).alias("stated_rate"),
    )
    learned = corrected(findings.filter(pl.col("declared_severity").is_null() & pl.col("p_value").is_not_null()))
    judged = learned.filter(pl.col("q_value") <= options.noted_rate).with_columns(
        pl.when(pl.col("q_value") <= stated_rate).then(pl.lit("warning")).otherwise(pl.lit("info")).alias("severity"),
        pl.lit(stated_rate).alias("stated_rate"),
    )
    columns = [*findings.columns, *VERDICT_SCHEMA]
    return pl.concat([declared.select(columns), judged.select(columns)])


def session_budget(flow_count: int, session_count: int, options: AnomalyOptions) -> float:
    """Return the share of healthy sessions that may have a warning; the budget is per 1,000 flows."""
    flows_per_session = max(flow_count / session_count, 1.0) if session_count else 1.0
    return min(options.alert_budget * flows_per_session / 1000, 1.0)


def share_budget(budget: float, ranking_count: int, tail_count: int, training_count: int) -> StatedRates:
    """Share a session's budget evenly: no detector is known to be worth more than another.

    Detectors that compare with whole training sessions cannot say anything rarer than one in their number: where that
    is more than their share they never warn, and the others get it.
    """
    even = budget / (ranking_count + tail_count)
    can_rank = 1 / (training_count + 1) <= even
    return StatedRates(even, even if can_rank else budget / tail_count)


def corrected(findings: pl.DataFrame) -> pl.DataFrame:
    """Add q-values by session and detector. `test_count` counts all that was tested, found or not."""
    parts = [
        part.with_columns(pl.Series("q_value", q_values(part["p_value"].to_numpy(), _tests(part)), pl.Float64))
        for part in findings.partition_by("session_id", "detector", maintain_order=True)
    ]
    return pl.concat(parts) if parts else findings.with_columns(pl.lit(None, pl.Float64).alias("q_value"))


def _tests(part: pl.DataFrame) -> int:
    return int(part["test_count"].to_numpy().max())


def q_values(p_values: Numbers, test_count: int) -> Numbers:
    """Return Benjamini and Hochberg's adjusted p-values, of some of `test_count` tests."""
    order = np.argsort(p_values, kind="stable")
    # Findings of one test (a session's score) share a p-value: there are never fewer tests than distinct values.
    ranks = np.searchsorted(p_values[order], p_values[order], "right")
    count = max(test_count, 1)
    raw = np.minimum(p_values[order] * count / np.minimum(ranks, count), 1.0)
    monotone = np.minimum.accumulate(raw[::-1])[::-1]
    adjusted = np.empty_like(monotone)
    adjusted[order] = monotone
    return adjusted
