"""A handler made slower in half of the sessions, as a new build would, and whether the comparison of builds says so.

Measured on durations, not on text: frames in, outcomes out. The sessions are those of one build, split at random, so
that nothing else differs; what is called changed and was not is a false alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from orchestration.analysis.regressions.regression_frames import judge_changes

# Two builds are compared from three sessions of each on.
LEAST_SESSIONS = 6


@dataclass(frozen=True, slots=True)
class Change:
    """What is put into the second build: milliseconds more, and a share of the handler's own time more."""

    words: str
    more_ms: float = 0.0
    more_share: float = 0.0


CHANGES = (
    Change("Handler 20 ms slower", 20),
    Change("Handler 50 ms slower", 50),
    Change("Handler 100 ms slower", 100),
    Change("Handler takes twice as long", more_share=1.0),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found of a change, whether its interval holds the true effect, how many others were called changed."""

    handler: str
    is_found: bool
    is_within: bool
    is_visible: bool
    other_alarms: int


@dataclass(frozen=True, slots=True)
class SlowerBuilds:
    """Executions to be slowed: `sessions`, the timed `units` of them, and for each handler execution what it ran in."""

    sessions: pl.DataFrame
    units: pl.DataFrame
    ran_in: pl.DataFrame

    def handlers(self) -> list[str]:
        """Return the handlers that ran in at least half of the sessions."""
        counts = (
            self.units.filter(pl.col("unit_kind") == "handler")
            .group_by("unit_id")
            .agg(pl.col("session_id").n_unique().alias("session_count"))
        )
        return sorted(counts.filter(pl.col("session_count") * 2 >= len(self.sessions))["unit_id"])

    def outcomes(self, change: Change, handlers: list[str], seed: int) -> Iterator[Outcome]:
        """Yield what was found of each handler in turn; a handler too rare in one half yields nothing."""
        random = np.random.default_rng(seed)
        for handler in handlers:
            if outcome := self._judge(handler, change, random):
                yield outcome

    def _judge(self, handler: str, change: Change, random: np.random.Generator) -> Outcome | None:
        builds = self._split(random)
        slowed = self._slowed(handler, change, builds)
        rows = [row for row in judge_changes(_levels(slowed, builds)).to_pylist() if row["comparison"] == "builds"]
        touched = set(slowed.filter(pl.col("more").is_not_null())["unit_id"])
        others = sum(row["is_change"] and row["unit_id"] not in touched for row in rows)
        own = next((row for row in rows if row["unit_id"] == handler), None)
        return None if own is None else _outcome(handler, own, self._truth(handler, change, builds), others)

    def _split(self, random: np.random.Generator) -> pl.DataFrame:
        """Name the builds; the earliest session is of the first, so that the slower one follows it."""
        half = len(self.sessions) // 2
        names = np.array(["1"] * half + ["2"] * (len(self.sessions) - half))
        ordered = self.sessions.sort("session_started_at", "session_id", nulls_last=True)
        split = random.permutation(names)
        if split[0] == "2":
            split = np.where(split == "1", "2", "1")
        return ordered.with_columns(pl.Series("build", split))

    def _slowed(self, handler: str, change: Change, builds: pl.DataFrame) -> pl.DataFrame:
        more = (
            self.ran_in.filter(pl.col("handler_id") == handler)
            .group_by("execution_id")
            .agg((change.more_ms + change.more_share * pl.col("own_ms")).sum().alias("more"))
        )
        slower = builds.filter(pl.col("build") == "2")["session_id"].to_list()
        return self.units.join(more, on="execution_id", how="left").with_columns(
            (
                pl.when(pl.col("session_id").is_in(slower)).then(pl.col("more")).fill_null(0.0) + pl.col("duration_ms")
            ).alias("duration_ms")
        )

    def _truth(self, handler: str, change: Change, builds: pl.DataFrame) -> float:
        before = builds.filter(pl.col("build") == "1").select("session_id")
        usual = self.units.filter(pl.col("unit_id") == handler).join(before, on="session_id")["duration_ms"].median()
        return change.more_ms + change.more_share * (float(usual) if isinstance(usual, int | float) else 0.0)


def _levels(units: pl.DataFrame, builds: pl.DataFrame) -> Any:
    """Return what int_unit_levels__measured would hold."""
    clock = pl.col("duration_resolution_ms").max().over("unit_kind", "unit_id").fill_null(1.0)
    return (
        units.with_columns(clock.alias("clock_ms"))
        .group_by("unit_kind", "unit_id", "session_id")
        .agg(
            pl.col("clock_ms").first(),
            pl.len().cast(pl.Int64).alias("execution_count"),
            (pl.col("duration_ms") + pl.col("clock_ms")).log().median().round(9).alias("log_level"),
        )
        .join(builds, on="session_id")
        .sort("unit_kind", "unit_id", "session_id")
        .to_arrow()
    )


def _outcome(handler: str, row: dict[str, Any], truth: float, others: int) -> Outcome:
    visible_ms = row["before_ms"] * (row["smallest_visible_pct"] or np.inf) / 100
    is_within = row["change_ms_low"] <= truth <= row["change_ms_high"]
    is_found = row["is_change"] and row["direction"] == "regression"
    return Outcome(handler, is_found, is_within, bool(truth >= visible_ms), others)
