"""Statistics that compare a session with whole training sessions: new things, costly flows, unusual mixes.

Every session has a score. It is compared with the scores the training sessions get among themselves, each without
itself (conformal prediction, Vovk, Gammerman and Shafer, 2005: the p-value is the share of sessions at least as
strange, the session itself counted in). So an application in which every session brings something new is not alarmed by
something new. With n training sessions no p-value is below 1 / (n + 1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.analysis.anomalies.model import AnomalyOptions, Judge, Observed, Split

KEPT_VARIANCE = 0.95
FOLD_COUNT = 5
NOISE = 1e-9

Numbers = NDArray[np.float64]
Rows = Callable[[Observed], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Known:
    """Only subjects the training sessions know are judged: the first of a sequence is no news about its order.

    `least` names the option that says how many `units` of a subject, flows or sessions, are enough to know it.
    """

    rows: Rows
    subject: str
    units: pl.Expr
    least: str

    def prepare(self, seen: Observed, options: AnomalyOptions) -> Judge:
        """Return what counts, in a split, the known subjects with their `subject_count`."""
        rows, least = self.rows(seen), getattr(options, self.least)

        def judge(split: Split) -> pl.DataFrame:
            counted = split.of_training(rows).group_by(self.subject).agg(self.units.alias("subject_count"))
            return counted.filter(pl.col("subject_count") >= least)

        return judge


@dataclass(frozen=True, slots=True)
class Novelty:
    """A finding per session and thing that no training session has: its first line and number of cases.

    `rows` are what the things are read from, with a column `thing`. A session's score is its number of new things.
    """

    rows: Rows
    known: Known | None = None

    def __call__(self, seen: Observed, options: AnomalyOptions) -> Judge:
        """Return what finds the judged sessions' new things."""
        # A thing is of one subject: those that are not known are left out by the split.
        things = (
            self.rows(seen)
            .sort("session_id", "line_number")
            .group_by("session_id", "thing", maintain_order=True)
            .agg(pl.len().alias("occurrence_count"), pl.exclude("session_id", "thing").first())
        )
        if self.known is None:
            return partial(_new_things, things)
        count = self.known.prepare(seen, options)
        subject = self.known.subject
        return lambda split: _new_things(things.join(count(split), on=subject, maintain_order="left"), split)


def _new_things(things: pl.DataFrame, split: Split) -> pl.DataFrame:
    training = split.of_training(things)
    known = training.group_by("thing").agg(pl.len().alias("known_count"))
    own = training.join(known.filter(pl.col("known_count") == 1), on="thing").group_by("session_id").len("score")
    new = split.of_judged(things).join(known, on="thing", how="anti")
    return conformal(new.with_columns(pl.len().over("session_id").alias("score")), own, split)


def conformal(scored: pl.DataFrame, own: pl.DataFrame, split: Split) -> pl.DataFrame:
    """Add the share of sessions that score at least as high; training sessions missing in `own` score nothing."""
    ordered = np.sort(own["score"].to_numpy())
    reached = len(ordered) - np.searchsorted(ordered, scored["score"].to_numpy(), "left")
    return scored.with_columns(
        pl.Series("p_value", (reached + 1) / (len(split.training) + 1), pl.Float64),
        pl.lit(1, pl.Int64).alias("test_count"),
    )


def costliest_flows(seen: Observed, options: AnomalyOptions) -> Judge:
    """Return what compares each session's costliest flow, where any costs anything.

    The cost is that of the optimal alignment with the declared sequence (Adriansyah, van Dongen and van der Aalst,
    2011; alignment.py): the number of beats too many and too few.
    """
    del options
    dear = seen.flows.filter(pl.col("alignment_cost") > 0).sort(
        "session_id", -pl.col("alignment_cost"), "line_number", maintain_order=True
    )
    worst = dear.group_by("session_id", maintain_order=True).agg(
        pl.len().alias("occurrence_count"),
        pl.col("alignment_cost").first().alias("score"),
        pl.col("flow_id", "sequence_name", "started_at", "log_file_path", "line_number").first(),
    )
    return lambda split: conformal(split.of_judged(worst), split.of_training(worst), split)


def unusual_mixes(seen: Observed, options: AnomalyOptions) -> Judge:
    """Return what compares every judged session, naming the sequence whose number of flows is farthest off.

    A session is a vector of ln(1 + flows) per sequence. Principal components of the training sessions span what is
    usual; the squared distance from that space is the score (Xu, Huang, Fox, Patterson and Jordan, Detecting
    Large-Scale System Problems by Mining Console Logs, 2009). It is compared with the distances of training sessions
    from spaces they had no part in, not with the Q-statistic's limit, which assumes normal noise.
    """
    del options
    counted = seen.flows.drop_nulls("sequence_name").group_by("session_id", "sequence_name").len()
    first = seen.flows.sort("session_id", "line_number").group_by("session_id")
    first_flows = first.agg(pl.col("log_file_path", "line_number", "started_at").first())
    return lambda split: _unusual_mixes(counted, split).join(first_flows, on="session_id")


def _unusual_mixes(counted: pl.DataFrame, split: Split) -> pl.DataFrame:
    names = sorted(split.of_training(counted)["sequence_name"].unique())
    if not names:
        return pl.DataFrame(schema={"session_id": pl.String})
    training, judged = (_count_vectors(counted, sessions, names) for sessions in (split.training, split.judged))
    distances = _residuals(training, judged)
    farthest = np.abs(distances).argmax(axis=1)
    places = np.arange(len(judged))
    scored = pl.DataFrame(
        {
            "session_id": split.judged,
            "score": (distances**2).sum(axis=1),
            "sequence_name": [names[place] for place in farthest],
            "seen_count": np.expm1(judged[places, farthest]).round().astype(np.int64),
            "usual_count": np.expm1((judged - distances)[places, farthest]).clip(0).round(1),
        },
        schema_overrides={"session_id": pl.String, "sequence_name": pl.String},
    )
    own = pl.DataFrame({"score": _cross_distances(training)})
    return conformal(scored, own, split)


def _count_vectors(counted: pl.DataFrame, sessions: tuple[str, ...], names: list[str]) -> Numbers:
    """Return a row per session and a column per sequence of ln(1 + flows)."""
    row_of, column_of = ({name: place for place, name in enumerate(many)} for many in (sessions, names))
    counts = np.zeros((len(sessions), len(names)))
    for session, name, count in counted.iter_rows():
        if session in row_of and name in column_of:
            counts[row_of[session], column_of[name]] += count
    return np.log1p(counts)


def _residuals(training: Numbers, judged: Numbers) -> Numbers:
    """Return what the training vectors' principal components do not explain of the judged vectors."""
    centre = training.mean(axis=0)
    _, sizes, axes = np.linalg.svd(training - centre, full_matrices=False)
    variance = sizes**2
    total = variance.sum()
    kept = int(np.searchsorted(np.cumsum(variance), KEPT_VARIANCE * total) + 1) if total > 0 else 0
    basis = axes[:kept]
    moved = judged - centre
    rest: Numbers = moved - moved @ basis.T @ basis
    # What is left of a vector the space holds is noise of the arithmetic, and noise has no rank.
    rest[np.abs(rest) < NOISE] = 0.0
    return rest


def _cross_distances(training: Numbers) -> Numbers:
    """Return the training vectors' own squared distances, each from a space it had no part in."""
    distances = np.zeros(len(training))
    fold = np.arange(len(training)) % FOLD_COUNT
    for number in range(FOLD_COUNT):
        within = fold == number
        distances[within] = (_residuals(training[~within], training[within]) ** 2).sum(axis=1)
    return distances
