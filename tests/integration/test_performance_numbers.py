"""Every performance number equals a second computation from the rows, to 1e-9: on the example always, on the corpus
where it is at hand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pytest

from tests.integration.performance_oracle import (
    FLOW_PARTS,
    REPORTS,
    REPOSITORY,
    Row,
    build_performance,
    fetch,
    part_inside,
    percentile,
    savings,
    self_times,
    stretches,
    trend,
)

pytestmark = pytest.mark.slow

EXACT: dict[str, Any] = {"rel": 1e-9, "abs": 1e-9}
EVERY_KIND = pytest.mark.parametrize("kind", REPORTS)
KEYS = {"handler": "handler_id", "beat": "beat_key", "movement": "movement_id", "sequence": "sequence_subject_id"}

US = "cast(round(duration_ms * 1000) as bigint) as duration_us, epoch_us(started_at) as started_us, line_number"
COMMON = f"flow_id, session_id, duration_resolution_ms as step, {US}"
ENDED = "epoch_us(ended_at) as ended_us"
ROWS = {
    "sequence": f"""
        select flow_id as key, null as parent, coalesce(sequence_id, substr(md5(sequence_name), 1, 16)) as subject,
            {ENDED}, {COMMON}
        from marts.fct_flows where duration_ms is not null
    """,
    "movement": f"""
        select movement_execution_id as key, movement_id as subject, first_execution_number as first,
            last_execution_number as last, {ENDED}, {COMMON}
        from marts.fct_movement_executions where duration_ms is not null
    """,
    "beat": f"""
        select beat_execution_id as key, execution_number, {ENDED}, {COMMON}, coalesce(beat_id, substr(md5(
                coalesce(sequence_name, '') || chr(31) || coalesce(topic, beat_number::varchar, '')), 1, 16)) as subject
        from marts.fct_beat_executions where duration_ms is not null
    """,
    "handler": f"""
        select handler_execution_id as key, beat_execution_id as parent, handler_id as subject, handler_id,
            null as ended_us, {COMMON}
        from marts.fct_handler_executions where duration_ms is not null
    """,
}


@pytest.fixture(scope="module", params=["example", pytest.param("corpus", marks=pytest.mark.corpus)])
def marts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    if request.param == "example":
        home = tmp_path_factory.mktemp("performance")
        example = REPOSITORY / "examples" / "bistro"
        warehouse = build_performance([example / "logs"], [example], [example / "src" / "modules"], home)
    else:
        warehouse = request.getfixturevalue("corpus_home") / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@pytest.fixture(scope="module")
def rows(marts: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """Every timed execution with its parent, by kind."""
    found = {kind: fetch(marts, sql) for kind, sql in ROWS.items()}
    movements: dict[str, list[Row]] = defaultdict(list)
    for row in found["movement"]:
        movements[row["flow_id"]].append(row)
    flows = {row["key"] for row in found["sequence"]}
    beats = {row["key"]: row for row in found["beat"]}
    for row in found["beat"]:
        row["parent"] = _around(row, movements)
        row["parent"] = row["parent"] or (row["flow_id"] if row["flow_id"] in flows else None)
    untimed = fetch(marts, "select beat_execution_id as key, flow_id, execution_number from marts.fct_beat_executions")
    around = {row["key"]: _around(row, movements) for row in untimed}
    for row in found["handler"]:
        if row["parent"] not in beats:
            row["parent"] = around.get(row["parent"]) or (row["flow_id"] if row["flow_id"] in flows else None)
    for row in found["movement"]:
        row["parent"] = row["flow_id"] if row["flow_id"] in flows else None
    for kind, executions in found.items():
        for row in executions:
            row["is_handler"] = kind == "handler"
    return found


def _around(beat: Row, movements: dict[str, list[Row]]) -> str | None:
    inside = [
        row["key"]
        for row in movements[beat["flow_id"]]
        if row["first"] is not None and row["first"] <= beat["execution_number"] <= row["last"]
    ]
    return inside[0] if inside else None


@pytest.fixture(scope="module")
def selves(rows: dict[str, list[Row]]) -> dict[str, tuple[int, int, int]]:
    everything = [row for executions in rows.values() for row in executions]
    return self_times(everything, everything)


def same(found: Sequence[float | None], expected: Sequence[float | None]) -> bool:
    """Tell whether numbers agree to 1e-9, and are missing together."""
    pairs = zip(found, expected, strict=True)
    return all(a == b if a is None or b is None else a == pytest.approx(b, **EXACT) for a, b in pairs)


@EVERY_KIND
def test_totals_percentiles_intervals_and_trends(
    kind: str, marts: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]]
) -> None:
    sessions = fetch(marts, "select session_id from marts.dim_sessions where has_clock order by started_at, session_id")
    order = {row["session_id"]: place for place, row in enumerate(sessions)}
    subjects: dict[str, list[Row]] = defaultdict(list)
    for row in rows[kind]:
        subjects[row["subject"]].append(row)
    report = {row[KEYS[kind]]: row for row in fetch(marts, f"select * from reports.rpt_{kind}_performance")}
    assert set(subjects) == {key for key, row in report.items() if row["timed_count"]}
    all_us = sum(row["duration_us"] for row in rows[kind])
    for key, executions in subjects.items():
        found, durations = report[key], [row["duration_us"] / 1000 for row in executions]
        steps = [1.0 if row["step"] is None else row["step"] for row in executions]
        assert found["timed_count"] == len(executions)
        assert found["total_ms"] == pytest.approx(sum(row["duration_us"] for row in executions) / 1000, **EXACT)
        assert found["share_pct"] == pytest.approx(
            100 * sum(row["duration_us"] for row in executions) / all_us, **EXACT
        )
        assert (found["min_ms"], found["max_ms"]) == (min(durations), max(durations))
        for percent in (50, 90, 95, 99):
            columns = [f"p{percent}_{end}ms" for end in ("", "low_", "high_")]
            assert same([found[name] for name in columns], percentile(durations, steps, percent))
        expected = trend(durations, [order.get(row["session_id"]) for row in executions], max(steps))
        assert same([found[f"trend_{end}ms"] for end in ("", "low_", "high_")], expected)


@EVERY_KIND
def test_self_times(
    kind: str,
    marts: duckdb.DuckDBPyConnection,
    rows: dict[str, list[Row]],
    selves: dict[str, tuple[int, int, int]],
) -> None:
    table = f"select * from marts.fct_execution_times where execution_kind = '{kind}'"
    found = {row["execution_id"]: row for row in fetch(marts, table)}
    assert set(found) == {row["key"] for row in rows[kind]}
    for row in rows[kind]:
        own, inside, parallel = selves[row["key"]]
        values = [found[row["key"]][name] for name in ("self_ms", "children_ms", "parallel_ms")]
        assert values == pytest.approx([own / 1000, inside / 1000, parallel / 1000], **EXACT)
        assert found[row["key"]]["parent_execution_id"] == row["parent"]
    totals: dict[str, int] = defaultdict(int)
    for row in rows[kind]:
        totals[row["subject"]] += selves[row["key"]][0]
    report = fetch(marts, f"select * from reports.rpt_{kind}_performance where timed_count > 0")
    assert {row[KEYS[kind]]: row["self_ms"] for row in report} == pytest.approx(
        {key: total / 1000 for key, total in totals.items()}, **EXACT
    )


def test_savings_on_the_critical_path(marts: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]]) -> None:
    report = fetch(marts, "select * from reports.rpt_handler_performance where timed_count > 0")
    session_count = fetch(marts, "select count(*) as n from marts.dim_sessions")[0]["n"]
    flows: dict[str, list[Row]] = defaultdict(list)
    for row in rows["handler"]:
        if row["flow_id"]:
            flows[row["flow_id"]].append(row)
    critical, saved = savings(flows.values(), {row["handler_id"]: row["p50_ms"] for row in report})
    for row in report:
        assert row["critical_per_session_ms"] == pytest.approx(critical[row["handler_id"]] / session_count, **EXACT)
        expected = None if row["p50_ms"] is None else saved[row["handler_id"]] / session_count
        assert row["saving_per_session_ms"] == (None if expected is None else pytest.approx(expected, **EXACT))


_MOUNTS = """
    select session_id, epoch_us(attempted_at) as begin_us,
           epoch_us(coalesce(ended_at, attempted_at)) as end_us
    from marts.fct_plugin_mounts where is_starting and attempted_at is not null
"""


def test_time_shares_of_every_session(
    marts: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]], selves: dict[str, tuple[int, int, int]]
) -> None:
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for row in fetch(marts, "select * from reports.rpt_time_shares"):
        shares[row["session_id"]][row["time_category"]] = row["share_ms"]
    flows = _by_session(
        fetch(
            marts,
            "select session_id, flow_id, line_number, epoch_us(queued_at) as queued_us, "
            "epoch_us(started_at) as started_us, epoch_us(ended_at) as ended_us from marts.fct_flows",
        )
    )
    mounts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in fetch(marts, _MOUNTS):
        mounts[row["session_id"]].append((row["begin_us"], row["end_us"]))
    late = _late_handlers(rows)
    ended = {row["flow_id"] for found in flows.values() for row in found if row["ended_us"] and row["started_us"]}
    between = fetch(marts, "select execution_id, between_beats_ms, declared_wait_ms from marts.fct_execution_times")
    pauses = {row["execution_id"]: (row["between_beats_ms"] or 0.0, row["declared_wait_ms"] or 0.0) for row in between}
    clocked = (
        "select session_id, epoch_us(started_at) as begin_us, epoch_us(ended_at) as end_us from marts.dim_sessions"
    )
    for session in fetch(marts, f"{clocked} where has_clock"):
        identifier = session["session_id"]
        found = stretches(session, flows[identifier], late[identifier], mounts[identifier])
        weights = _weights(identifier, rows, selves, ended, pauses)
        inside = {name: shares[identifier].get(name, 0.0) for name in FLOW_PARTS}
        assert sum(inside.values()) == pytest.approx(found.pop("flow") / 1000, **EXACT)
        assert {name: shares[identifier].get(name, 0.0) for name in found} == pytest.approx(
            {name: value / 1000 for name, value in found.items()}, **EXACT
        )
        whole = sum(weights.values())
        # The parts of a flow are whole microseconds that add up, so each may be off by one.
        for name, weight in weights.items():
            assert inside[name] == pytest.approx(sum(inside.values()) * weight / whole, abs=0.0011)


def _by_session(found: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        grouped[row["session_id"]].append(row)
    return grouped


def _late_handlers(rows: dict[str, list[Row]]) -> dict[str, list[tuple[int, int]]]:
    parents = {row["key"]: row for executions in rows.values() for row in executions}
    late: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows["handler"]:
        parent: Any = parents.get(row["parent"])
        inside = part_inside(row, parent) if parent else 0
        if row["started_us"] is not None and inside < row["duration_us"]:
            late[row["session_id"]].append((row["started_us"], row["started_us"] + row["duration_us"]))
    return late


def _weights(
    session: str,
    rows: dict[str, list[Row]],
    selves: dict[str, tuple[int, int, int]],
    ended: set[str],
    pauses: dict[str, tuple[float, float]],
) -> dict[str, float]:
    weights = dict.fromkeys(FLOW_PARTS, 0.0)
    parents = {row["key"]: row for executions in rows.values() for row in executions}
    for kind, part in (("beat", "beat_overhead"), ("movement", "movement_overhead"), ("sequence", "sequence_overhead")):
        for row in rows[kind]:
            if row["session_id"] == session and row["flow_id"] in ended:
                own, _, parallel = selves[row["key"]]
                weights[part] += own / 1000
                weights["handler"] -= parallel / 1000 if kind == "beat" else 0
    for kind, part in (("movement", "movement_overhead"), ("sequence", "sequence_overhead")):
        for row in rows[kind]:
            if row["session_id"] == session and row["flow_id"] in ended:
                pause, declared = pauses[row["key"]]
                weights["declared_wait"] += declared
                weights["between_beats"] += max(pause - declared, 0.0)
                weights[part] -= max(pause, declared)
    for row in rows["handler"]:
        if row["session_id"] == session and row["flow_id"] in ended and row["parent"]:
            weights["handler"] += part_inside(row, parents[row["parent"]]) / 1000
    return weights
