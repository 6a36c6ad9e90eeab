"""Candidate tests from the warehouse, with all that a test file needs: the flow as a replay bundle, and what to expect.

What the flow read and did comes from replay_load.py; what its handlers did in every execution from
handler_history.py. Choosing and ranking are the marts'.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.analysis.handler_history import HandlerHistory, Histories, load_histories
from orchestration.analysis.replay_load import load_bundles
from orchestration.analysis.replay_model import BeatStep, HandlerStep, ReplayBundle
from orchestration.analysis.suggested_test import ExpectedBeat, ExpectedChange, ExpectedHandler, SuggestedTest
from orchestration.analysis.value_paths import read_value

Row = dict[str, Any]
_CANDIDATES = """
    select candidates.*, sessions.session_name
    from marts.fct_test_candidates as candidates
    join marts.dim_sessions as sessions using (session_id)
    where
        (candidates.cover_rank is not null or ?)
        and (? is null or ? in (candidates.sequence_key, candidates.sequence_name))
    order by candidates.cover_rank nulls last, candidates.test_candidate_id
"""


def load_suggested_tests(
    connection: duckdb.DuckDBPyConnection, lake: Path, is_all: bool = False, sequence: str | None = None
) -> Iterator[SuggestedTest]:
    """Yield the tests of the cover, best first; `is_all` yields those that add nothing to it too."""
    cursor = connection.execute(_CANDIDATES, [is_all, sequence, sequence])
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, one, strict=True)) for one in cursor.fetchall()]
    bundles = {one.flow_id: one for one in load_bundles(connection, lake, sorted({row["flow_id"] for row in rows}))}
    histories = load_histories(connection)
    for row in rows:
        if bundle := bundles.get(row["flow_id"]):
            yield _suggested(row, bundle, histories)


def _suggested(row: Row, bundle: ReplayBundle, histories: Histories) -> SuggestedTest:
    name = row["sequence_name"] or row["sequence_key"] or "sequence"
    if row["candidate_kind"] == "deviation":
        title = f"{name}: takes the declared order, which {row['flow_count']} flows of production left"
        beats = tuple(ExpectedBeat(step.topic, "completed", None) for step in bundle.declared)
    else:
        beats = tuple(_beat(step, row, bundle.request_values, histories) for step in bundle.observed)
        title = f"{name}: {_order(beats)}"
    if row["candidate_kind"] == "failure":
        title = f"{name}: {row['handler_name']} fails with {row['error_class'] or 'an error'}"
    return SuggestedTest(
        row["test_candidate_id"],
        row["candidate_kind"],
        row["sequence_key"] or name,
        name,
        title,
        (
            f"session {row['session_name']}, line {row['line_number']}",
            f"n = {row['flow_count']} flows; {row['known_input_count']} of {row['input_count']} inputs are in the log",
            *([f"missing: {row['missing_fields']}"] if row["missing_fields"] else []),
        ),
        "completed" if row["candidate_kind"] == "deviation" else bundle.status,
        bundle,
        beats,
        bundle.facts.get("plugin_name"),  # type: ignore[arg-type]
    )


def _order(beats: tuple[ExpectedBeat, ...]) -> str:
    names = [handler.handler_name for beat in beats for handler in beat.handlers or ()]
    return " > ".join(names or [beat.topic for beat in beats])


def _beat(step: BeatStep, row: Row, request: Mapping[str, str], histories: Histories) -> ExpectedBeat:
    handlers = tuple(_handler(one, row, request, histories) for one in step.handlers if one.handler_name)
    return ExpectedBeat(step.topic, step.status, handlers)


def _handler(step: HandlerStep, row: Row, request: Mapping[str, str], histories: Histories) -> ExpectedHandler:
    name = step.handler_name or ""
    history = histories.get((step.plugin_name, name, row["sequence_name"])) or HandlerHistory(0)
    known, unknown = _inputs(step, request)
    is_failed = step.status != "ok"
    error_class = row["error_class"] if is_failed and name == row["handler_name"] else None
    return ExpectedHandler(
        step.plugin_name,
        name,
        step.status,
        history.execution_count,
        error_class,
        step.code_place.rpartition(":")[0] if step.code_place else None,
        known,
        unknown,
        () if is_failed else _changes(step, history),
        None if is_failed else history.publishes,
        history.may_publish,
    )


def _inputs(step: HandlerStep, request: Mapping[str, str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    known: dict[str, Any] = {}
    unknown: list[str] = []
    for one in step.inputs:
        # What nobody in the flow gave came in with the request, whose own records may name it.
        text = request.get(one.key) if one.state == "not_logged" else one.value
        if one.state != "known" and (one.state != "not_logged" or text is None):
            unknown.append(one.key)
        elif text is not None:
            value, is_read, is_whole = read_value(text, is_cut=False)
            if is_read and is_whole:
                known[one.key] = value
    return known, tuple(unknown)


def _changes(step: HandlerStep, history: HandlerHistory) -> tuple[ExpectedChange, ...]:
    shown = {change.key for change in step.changes}
    return tuple(
        ExpectedChange(key, past.kind, past.is_always, key in shown, past.rules)
        for key, past in sorted(history.keys.items())
    )
