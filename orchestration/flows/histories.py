"""What each handler did in all its executions in a sequence: keys changed, how, by which rules; topics published.

Only executions that ended well count, and a rule says how many. The rules are those of analysis/replay: value_rules.py,
value_links.py.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.analysis.replay.value_links import infer_links, infer_numbers, infer_place_links
from orchestration.analysis.replay.value_paths import Part, parts_of, read_value
from orchestration.analysis.replay.value_rules import MIN_EXECUTIONS, Rule, infer_rules
from orchestration.flows.requests import Requests, request_values
from orchestration.warehouse import Connection, Row, fetch_rows, fetch_tuples

Key = tuple[str | None, str, str]
# The newest executions say what the handler does today; more of them cost time and add no rule.
_MOST_EXECUTIONS = 400
_EXECUTIONS = """
    select handler_execution_id, flow_id, plugin_name, handler_name, sequence_name
    from marts.fct_handler_executions
    where status = 'ok' and flow_id is not null and sequence_name is not null and handler_name is not null
    qualify row_number() over (
        partition by plugin_name, handler_name, sequence_name
        order by started_at desc nulls last, log_file_path desc, line_number desc
    ) <= ?
    order by handler_execution_id
"""
_CHANGES = """
    select handler_execution_id, state_key, mutation_kind, value_after, is_value_cut
    from marts.fct_state_mutations where handler_execution_id is not null order by handler_execution_id, key_position
"""
_INPUTS = """
    select handler_execution_id, state_key, input_state, input_value
    from marts.fct_replay_inputs order by handler_execution_id, state_key
"""
# A flow that first added a key began without it.
_ABSENT = """
    select flow_id, state_key from marts.fct_state_mutations where flow_id is not null
    group by flow_id, state_key having arg_min(mutation_kind, line_number) = 'added'
"""
_FLOWS = "select flow_id, log_file_path, line_number, request_id, status from marts.fct_flows order by flow_id"
_CALLS = """
    select flow_id, line_number, handler_execution_id from marts.fct_handler_executions where flow_id is not null
    order by flow_id, line_number
"""


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """How executions changed a key: `kind` is null when not always the same."""

    kind: str | None
    is_always: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class HandlerHistory:
    """All executions of a handler in a sequence; `publishes` is null where the log shows no publications of flows.

    `is_repeatable`: the same inputs came again, and each time the handler left the same.
    """

    execution_count: int
    keys: Mapping[str, KeyHistory] = field(default_factory=dict)
    publishes: tuple[str, ...] | None = None
    may_publish: tuple[str, ...] = ()
    is_repeatable: bool = False


Histories = Mapping[Key, HandlerHistory]


@dataclass(slots=True)
class _Execution:
    flow_id: str
    changes: list[tuple[str, str, str | None, bool]] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, Any] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    is_known: bool = True
    published: set[str] = field(default_factory=set)


def load_histories(connection: Connection, lake: Path | None = None) -> Histories:
    """Return the history of every handler in every sequence it ran in."""
    groups: defaultdict[Key, list[_Execution]] = defaultdict(list)
    by_id: dict[str, _Execution] = {}
    for execution_id, flow_id, *key in fetch_tuples(connection, _EXECUTIONS, [_MOST_EXECUTIONS]):
        by_id[execution_id] = _Execution(flow_id)
        groups[key[0], key[1], key[2]].append(by_id[execution_id])
    for execution_id, *change in fetch_tuples(connection, _CHANGES):
        if execution := by_id.get(execution_id):
            execution.changes.append((change[0], change[1], change[2], bool(change[3])))
    flows = fetch_rows(connection, _FLOWS)
    requests = Requests(lake, flows)
    _read_inputs(connection, requests, flows, by_id)
    published = set(_published(connection, requests, flows))
    for execution_id, topic in published:
        if execution := by_id.get(execution_id):
            execution.published.add(topic)
    return {key: _history(executions, bool(published)) for key, executions in groups.items()}


def _published(connection: Connection, requests: Requests, flows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield handler execution and topic of what flows published: by the handler that ran last before in the flow."""
    starts: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for flow in flows:
        if flow["status"] != "never_started":
            starts[flow["log_file_path"], flow["request_id"]].append((flow["line_number"], flow["flow_id"]))
    calls: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for flow_id, *call in fetch_tuples(connection, _CALLS):
        calls[flow_id].append((call[0], call[1]))
    for record in requests.publications():
        # Of several flows of one name, the one that started last.
        flow_id = _last_before(sorted(starts[record["log_file_path"], record["request_id"]]), record["line_number"])
        execution_id = _last_before(calls[flow_id], record["line_number"]) if flow_id else None
        if execution_id:
            yield execution_id, record["topic"]


def _last_before(begun: Sequence[tuple[int, str]], line_number: int) -> str | None:
    """Return what began last, up to and with a line; `begun` is in the order of lines."""
    place = bisect_right(begun, line_number, key=lambda one: one[0])
    return begun[place - 1][1] if place else None


def _read_inputs(
    connection: Connection, requests: Requests, flows: Sequence[Row], executions: Mapping[str, _Execution]
) -> None:
    asked = {flow["flow_id"]: request_values(requests.of(flow)) for flow in flows}
    absent = set(fetch_tuples(connection, _ABSENT))
    for execution_id, key, state, text in fetch_tuples(connection, _INPUTS):
        execution = executions.get(execution_id)
        if execution is None:
            continue
        if state == "not_logged" and (execution.flow_id, key) in absent:
            continue
        # What nobody in the flow gave came in with the request, whose own records may name it.
        shown = asked.get(execution.flow_id, {}).get(key) if state == "not_logged" else text
        if state in ("known", "cut") and shown is not None:
            # Of a cut list the members before the cut are whole.
            value, is_read, _ = read_value(shown, is_cut=state == "cut")
            if is_read and isinstance(value, list):
                execution.lists[key] = value
        if state not in ("known", "not_logged") or (state == "not_logged" and shown is None):
            execution.is_known = False
        elif shown is not None:
            value, is_read, is_whole = read_value(shown, is_cut=False)
            execution.is_known &= is_read and is_whole
            if is_read and is_whole:
                execution.given[key] = json.dumps(value, sort_keys=True)
                execution.inputs |= {
                    part.path: part.value for part in parts_of(value, True, key) if "[]" not in part.path
                }


def _history(executions: Sequence[_Execution], is_publishing_logged: bool) -> HandlerHistory:
    n = len(executions)
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for execution in executions:
        for key, kind, _, _ in execution.changes:
            kinds[key].append(kind)
    is_enough = n >= MIN_EXECUTIONS
    keys = {
        key: KeyHistory(
            found[0] if is_enough and len(set(found)) == 1 else None,
            is_enough and len(found) == n,
            tuple(_rules(key, executions)),
        )
        for key, found in kinds.items()
    }
    topics = sorted({topic for execution in executions for topic in execution.published})
    always = tuple(topic for topic in topics if all(topic in execution.published for execution in executions))
    sometimes = tuple(topic for topic in topics if topic not in always)
    publishes = always if is_publishing_logged and is_enough else None
    return HandlerHistory(n, keys, publishes, sometimes, _is_repeatable(executions))


def _is_repeatable(executions: Sequence[_Execution]) -> bool:
    """Return whether the same inputs came again often enough, and what was left was the same each time."""
    left: defaultdict[str, list[str]] = defaultdict(list)
    for execution in executions:
        shown = [text is not None and not is_cut for _, kind, text, is_cut in execution.changes if kind != "removed"]
        if execution.is_known and all(shown):
            left[json.dumps(execution.given, sort_keys=True)].append(json.dumps(sorted(execution.changes, key=str)))
    again = sum(len(texts) - 1 for texts in left.values())
    return again >= MIN_EXECUTIONS and all(len(set(texts)) == 1 for texts in left.values())


def _rules(key: str, executions: Sequence[_Execution]) -> list[Rule]:
    seen: list[tuple[Mapping[str, Any], list[Part]]] = []
    lists: list[tuple[Mapping[str, Any], Any]] = []
    for execution in executions:
        for changed, _, text, is_cut in execution.changes:
            if changed != key or text is None:
                continue
            value, is_read, is_whole = read_value(text, is_cut)
            if is_read:
                seen.append((execution.inputs, list(parts_of(value, is_whole))))
                lists.append((execution.lists, value))
    links = infer_links(seen)
    if not any(rule.name == "eachContains" for rule in links):
        links += infer_place_links(lists)
    return [*infer_rules([parts for _, parts in seen]), *links, *infer_numbers(key, seen)]
