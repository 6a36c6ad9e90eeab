"""Slower handlers put into half of the sessions of one build.

Run as `python -m tests.benchmarks.made_regressions WAREHOUSE LOGS`. LOGS is a part of a log's path (`clean`, say),
whose sessions are split at random in two builds. In the second one each handler in turn gets 20, 50 or 100 ms more, or
twice its time, and so do the beats and flows it ran in. Counted are the changes found, those found of what the
comparison said it could see, true effects inside the interval, and alarms about anything else.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl

from orchestration.analysis.regressions.regression_frames import judge_changes

SEED = 20261122
SESSIONS = "select session_id, log_file_path, load_factor, started_at as session_started_at from marts.dim_sessions"
UNITS = "select * from intermediate.int_units__timed"
RAN_IN = """
select handler_id, duration_ms as own_ms, unnest([handler_execution_id, beat_execution_id, flow_id]) as execution_id
from marts.fct_handler_executions where duration_ms is not null and handler_id is not null
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What is put into the second build: milliseconds more, and a share of the handler's own time more."""

    words: str
    more_ms: float = 0.0
    more_share: float = 0.0


CHANGES = (Change("+20 ms", 20), Change("+50 ms", 50), Change("+100 ms", 100), Change("x 2", more_share=1.0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found of one change, the truth, and how many other units were called changed."""

    is_found: bool
    is_within: bool
    is_visible: bool
    other_alarms: int


class Bench:
    """The executions of some sessions, to be slowed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, logs: str) -> None:
        connection.execute("set timezone = 'UTC'")
        self.sessions = connection.sql(SESSIONS).pl().filter(pl.col("log_file_path").str.contains(logs, literal=True))
        self.units = connection.sql(UNITS).pl().join(self.sessions.select("session_id"), on="session_id")
        self._ran_in = connection.sql(RAN_IN).pl().drop_nulls()

    def handlers(self) -> list[str]:
        """Return the handlers that ran in at least half of the sessions."""
        counts = (
            self.units.filter(pl.col("unit_kind") == "handler")
            .group_by("unit_id")
            .agg(pl.col("session_id").n_unique().alias("session_count"))
        )
        return sorted(counts.filter(pl.col("session_count") * 2 >= len(self.sessions))["unit_id"])

    def judge(self, handler: str, change: Change, random: np.random.Generator) -> Outcome | None:
        """Slow a handler in half of the sessions; None when it ran in too few of either half."""
        builds = self._split(random)
        slowed = self._slowed(handler, change, builds)
        rows = [row for row in judge_changes(_levels(slowed, builds)).to_pylist() if row["comparison"] == "builds"]
        touched = set(slowed.filter(pl.col("more").is_not_null())["unit_id"])
        others = sum(row["is_change"] and row["unit_id"] not in touched for row in rows)
        own = next((row for row in rows if row["unit_id"] == handler), None)
        return None if own is None else _outcome(own, self._truth(handler, change, builds), others)

    def _split(self, random: np.random.Generator) -> pl.DataFrame:
        """Name the builds; the earliest session is of the first, so that the slower one follows it."""
        half = len(self.sessions) // 2
        names = np.array(["1"] * half + ["2"] * (len(self.sessions) - half))
        ordered = self.sessions.sort("session_started_at", nulls_last=True)
        split = random.permutation(names)
        if split[0] == "2":
            split = np.where(split == "1", "2", "1")
        return ordered.with_columns(pl.Series("build", split))

    def _slowed(self, handler: str, change: Change, builds: pl.DataFrame) -> pl.DataFrame:
        more = (
            self._ran_in.filter(pl.col("handler_id") == handler)
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
        return change.more_ms + change.more_share * float(usual)  # type: ignore[arg-type]


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
        .to_arrow()
    )


def _outcome(row: dict[str, Any], truth: float, others: int) -> Outcome:
    visible_ms = row["before_ms"] * (row["smallest_visible_pct"] or np.inf) / 100
    is_within = row["change_ms_low"] <= truth <= row["change_ms_high"]
    return Outcome(row["is_change"] and row["direction"] == "regression", is_within, truth >= visible_ms, others)


def run(bench: Bench, change: Change) -> Iterator[Outcome]:
    """Yield the outcome for each handler."""
    random = np.random.default_rng(SEED)
    for handler in bench.handlers():
        outcome = bench.judge(handler, change, random)
        if outcome:
            yield outcome


def main(warehouse: str, logs: str) -> None:
    """Print a row per change."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        bench = Bench(connection, logs)
    print(f"{len(bench.sessions)} sessions, {len(bench.handlers())} handlers\n")
    print(
        "| Change | Tries | Found | Said to be visible | Found of these | True effect in its interval | Other alarms |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for change in CHANGES:
        all_ = list(run(bench, change))
        visible = [one for one in all_ if one.is_visible]
        cells = (len(all_), sum(one.is_found for one in all_), len(visible), sum(one.is_found for one in visible),
                 sum(one.is_within for one in all_), sum(one.other_alarms for one in all_))  # fmt: skip
        print(f"| {change.words} | {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
