"""Detector: sessions whose mix of sequences is unlike that of training sessions.

A session is a vector of ln(1 + flows) per sequence. Principal components of the training sessions span what is usual;
the squared distance from that space is the score (Xu, Huang, Fox, Patterson and Jordan, Detecting Large-Scale System
Problems by Mining Console Logs, 2009). It is compared with the distances of training sessions from spaces they had no
part in (conformal, anomaly_novelty.py), not with the Q-statistic's limit, which assumes normal noise.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings, no_findings
from orchestration.analysis.anomalies.anomaly_novelty import conformal

DETECTOR = "count_vector"
KEPT_VARIANCE = 0.95
FOLD_COUNT = 5

Numbers = NDArray[np.float64]


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session, naming the sequence that is farthest off."""
    names = sorted(split.of_training(seen.flows)["sequence_name"].drop_nulls().unique())
    if len(split.training) < options.minimal_sessions or not names:
        return no_findings()
    training, judged = (count_vectors(seen.flows, sessions, names) for sessions in (split.training, split.judged))
    own = pl.DataFrame({"score": cross_distances(training)})
    distances = residuals(training, judged)
    farthest = np.abs(distances).argmax(axis=1)
    scored = pl.DataFrame(
        {
            "session_id": split.judged,
            "score": (distances**2).sum(axis=1),
            "sequence_name": [names[place] for place in farthest],
            "seen_count": np.expm1(judged[np.arange(len(judged)), farthest]).round().astype(np.int64),
            "usual_count": np.expm1((judged - distances)[np.arange(len(judged)), farthest]).clip(0).round(1),
        },
        schema_overrides={"session_id": pl.String, "sequence_name": pl.String},
    )
    first = (
        split.of_judged(seen.flows)
        .sort("session_id", "line_number")
        .group_by("session_id")
        .agg(pl.col("log_file_path", "line_number", "started_at").first())
    )
    found = (
        conformal(scored, own, split)
        .join(first, on="session_id")
        .with_columns(
            pl.lit("unusual_mix").alias("anomaly_class"),
            pl.format("about {} flows of it, given the session's other flows", "usual_count").alias("expected"),
            pl.format("{} flows", "seen_count").alias("observed"),
            pl.col("started_at").alias("detected_at"),
        )
    )
    return as_findings(found, DETECTOR)


def count_vectors(flows: pl.DataFrame, sessions: tuple[str, ...], names: list[str]) -> Numbers:
    """Return a row per session and a column per sequence of ln(1 + flows)."""
    row_of, column_of = ({name: place for place, name in enumerate(many)} for many in (sessions, names))
    counts = np.zeros((len(sessions), len(names)))
    for session, name, count in flows.group_by("session_id", "sequence_name").len().iter_rows():
        if session in row_of and name in column_of:
            counts[row_of[session], column_of[name]] += count
    return np.log1p(counts)


def residuals(training: Numbers, judged: Numbers) -> Numbers:
    """Return what the training vectors' principal components do not explain of the judged vectors."""
    centre = training.mean(axis=0)
    _, sizes, axes = np.linalg.svd(training - centre, full_matrices=False)
    variance = sizes**2
    total = variance.sum()
    kept = int(np.searchsorted(np.cumsum(variance), KEPT_VARIANCE * total) + 1) if total > 0 else 0
    basis = axes[:kept]
    moved = judged - centre
    rest: Numbers = moved - moved @ basis.T @ basis
    return rest


def cross_distances(training: Numbers) -> Numbers:
    """Return the training vectors' own squared distances, each from a space it had no part in."""
    distances = np.zeros(len(training))
    fold = np.arange(len(training)) % FOLD_COUNT
    for number in range(FOLD_COUNT):
        within = fold == number
        distances[within] = (residuals(training[~within], training[within]) ** 2).sum(axis=1)
    return distances
