"""Candidate tests from the warehouse, with all that a test file needs: the flow as a replay bundle, and what to expect.

What the flow read and did comes from bundles.py; what its handlers did in every execution from
histories.py. Choosing and ranking are the marts'.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.analysis.replay.boundary_flows import choose_flows
from orchestration.analysis.replay.replay_model import BeatStep, HandlerStep, ReplayBundle, StateChange
from orchestration.analysis.replay.suggested_test import (
    ExpectedBeat,
    ExpectedChange,
    ExpectedHandler,
    FurtherFlow,
    SuggestedTest,
)
from orchestration.analysis.replay.value_paths import read_value
from orchestration.flows.bundles import load_bundles
from orchestration.flows.histories import HandlerHistory, Histories, load_histories
from orchestration.warehouse import Connection, Row, fetch_rows, fetch_tuples

_REDACTED = "[redacted:"
_CANDIDATES = """
    select candidates.*, sessions.session_name
    from marts.fct_test_candidates as candidates
    join marts.dim_sessions as sessions using (session_id)
    where
        (candidates.cover_rank is not null or ?)
        and (? is null or ? in (candidates.sequence_key, candidates.sequence_name))
    order by candidates.cover_rank nulls last, candidates.test_candidate_id
"""
# The newest flows of a variant, as many as show its boundaries; more cost time and rarely add one.
_MOST_OTHERS = 80
_OTHERS = """
    select flow_id, variant_id from marts.fct_flows
    where variant_id in (select unnest(?)) and status = 'completed'
    qualify row_number() over (
        partition by variant_id
        order by started_at desc nulls last, log_file_path desc, line_number desc, flow_id
    ) <= ?
    order by flow_id
"""


def load_suggested_tests(
    connection: Connection, lake: Path, is_all: bool = False, sequence: str | None = None
) -> Iterator[SuggestedTest]:
    """Yield the tests of the cover, best first; `is_all` yields those that add nothing to it too."""
    rows = fetch_rows(connection, _CANDIDATES, [is_all, sequence, sequence])
    bundles = {one.flow_id: one for one in load_bundles(connection, lake, sorted({row["flow_id"] for row in rows}))}
    histories = load_histories(connection, lake)
    others = _load_others(connection, lake, rows)
    for row in rows:
        if bundle := bundles.get(row["flow_id"]):
            further = choose_flows(bundle, others.get(row["test_candidate_id"], ()))
            yield _suggested(row, bundle, histories, further)


def _load_others(connection: Connection, lake: Path, rows: Sequence[Row]) -> Mapping[str, Sequence[ReplayBundle]]:
    """Return further flows of the candidates' variants that ended well, by candidate."""
    candidates = {row["variant_id"]: row for row in rows if row["candidate_kind"] == "conformant flow"}
    found = fetch_tuples(connection, _OTHERS, [sorted(candidates), _MOST_OTHERS])
    variants = dict(found)
    others: defaultdict[str, list[ReplayBundle]] = defaultdict(list)
    for bundle in load_bundles(connection, lake, sorted(variants)):
        row = candidates[variants[bundle.flow_id]]
        handlers = [handler for step in bundle.observed for handler in step.handlers]
        if bundle.flow_id != row["flow_id"] and all(handler.status == "ok" for handler in handlers):
            others[row["test_candidate_id"]].append(bundle)
    return others


def _suggested(row: Row, bundle: ReplayBundle, histories: Histories, further: Sequence[ReplayBundle]) -> SuggestedTest:
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
        tuple(
            FurtherFlow(
                one.flow_id,
                f"session {one.facts['session_name']}, line {one.facts['line_number']}",
                one,
                tuple(_beat(step, row, one.request_values, histories) for step in one.observed),
            )
            for one in further
        ),
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
        history.is_repeatable,
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
    shown = {change.key: change for change in step.changes}
    return tuple(
        ExpectedChange(key, past.kind, past.is_always, key in shown, past.rules, *_of_this_flow(shown.get(key)))
        for key, past in sorted(history.keys.items())
    )


def _of_this_flow(change: StateChange | None) -> tuple[str | None, str | None]:
    """Return the value a flow left, where the log shows all of it, and else what it shows before the cut."""
    text = (change.value or change.shown) if change else None
    if change is None or text is None or _REDACTED in text:
        return None, None
    if change.value is not None:
        return change.value, None
    value, is_read, _ = read_value(text, is_cut=True)
    is_something = is_read and isinstance(value, list | dict) and bool(value)
    return None, json.dumps(value) if is_something else None
