"""Faults of topics and of the machine, put into a healthy session: wrong routes, storms, a thread that stands still."""

import re
from dataclasses import dataclass

from tests.made.session_log import Flow, Row, SessionLog

_PUBLISHED = re.compile(r"^\[EventRouter\] Topic '([^']*)' definition")
_ROUTED = re.compile(r"^\[topics\] Routing '([^']*)' -> ([^ :]*)::([^ :]*)")
_ENTRY, _EXIT = "[EventRouter.publish] CP1 ENTRY", "[EventRouter.publish] CP6 EXIT"
_ENQUEUED = re.compile(r'^🎼 ExecutionQueue: Enqueued "([^"]*)"')
_PLAYED = "🎼 MusicalConductor.play ENTRY"


@dataclass(frozen=True, slots=True)
class Publication:
    """A topic published by itself and routed to one sequence: its rows, and the flow it starts."""

    topic: str
    plugin: str
    sequence_key: str
    first: int
    last: int
    flow: Flow


def publications(log: SessionLog) -> list[Publication]:
    """Return the publications that start one flow, which nothing else interrupts."""
    found, flows = [], log.flows()
    starts = [index for index, row in enumerate(log.rows) if row.message.startswith(_ENTRY)]
    for first in starts:
        last = next((i for i in range(first, min(first + 90, len(log.rows))) if log.rows[i].message.startswith(_EXIT)), None)
        if last is None:
            continue
        said = [row.message for row in log.rows[first : last + 1]]
        routes = [match for message in said if (match := _ROUTED.match(message))]
        queued = [match[1] for message in said if (match := _ENQUEUED.match(message))]
        flow = next((one for one in flows if one.first > first and queued == [one.sequence]), None)
        if len(routes) == 1 and flow and sum(message.startswith(_ENTRY) for message in said) == 1:
            if not any(log.rows[i].message.startswith(_ENTRY) for i in range(last, flow.last)):
                found.append(Publication(*routes[0].groups(), first, last, flow))
    return found


def lose_route(log: SessionLog, chosen: list[Publication]) -> SessionLog:
    """Publish a topic that has no route any more: nothing is played."""
    rows = list(log.rows)
    for one in sorted(chosen, key=lambda each: -each.first):
        kept = []
        for row in rows[one.first : one.last + 1]:
            message = row.message.replace("routes: 1", "routes: 0").replace("with 1 routes", "with 0 routes")
            if row.message.startswith(("[EventRouter.publish] CP", "[EventRouter] Topic", "[RX DIAG]", "[EventRouter] Starting delivery")):
                if "CP4" not in message and "CP5" not in message:
                    kept.append(row.saying(message) if message != row.message else row)
        after = [row for row in rows[one.last + 1 : one.flow.last + 1] if _is_of_others(row)]
        rows[one.first : one.flow.last + 1] = kept + after
    return SessionLog(rows)


def lead_elsewhere(log: SessionLog, chosen: list[Publication], other: Publication) -> SessionLog:
    """Route a topic to the sequence of another one, which is played in place of its own."""
    rows, source = list(log.rows), list(log.rows)
    target = [source[i] for i in range(other.first, other.flow.last + 1)]
    base = source[other.first].moment
    for one in sorted(chosen, key=lambda each: -each.first):
        moment = source[one.first].moment
        assert base and moment
        away = (moment - base).total_seconds() * 1000
        played = [row.later(away) for row in target]
        played = [Row(row.text.replace(other.topic, one.topic)) if index <= other.last - other.first and row.is_foreign else row for index, row in enumerate(played)]
        if other.flow.request:
            played = [Row(row.text.replace(other.flow.request, f"{other.flow.request[:-4]}{one.first:04d}")) for row in played]
        rows[one.first : one.flow.last + 1] = played
    return SessionLog(rows)


def lead_nowhere(log: SessionLog, chosen: list[Publication]) -> SessionLog:
    """Route a topic to a plugin nobody knows: the play is dropped with a warning."""
    rows = list(log.rows)
    for one in sorted(chosen, key=lambda each: -each.first):
        kept: list[Row] = []
        for row in rows[one.first : one.last + 1]:
            message = row.message.replace(f"{one.plugin}::{one.sequence_key}", "NoSuchPlugin::no-such-symphony")
            message = message.replace(f"pluginId={one.plugin}, sequenceId={one.sequence_key}", "pluginId=NoSuchPlugin, sequenceId=no-such-symphony")
            message = message.replace(f"{one.plugin} -> {one.sequence_key}", "NoSuchPlugin -> no-such-symphony")
            if row.message.startswith(("🎼 SequenceOrchestrator", "🎼 ExecutionQueue", "📊", "🎵", "🥁")) or not row.is_foreign:
                continue
            kept.append(row.saying(message) if message != row.message else row)
            if "PluginInterfaceFacade.play()" in message:
                kept.append(row.saying("🧠 Plugin not found: NoSuchPlugin. Available plugins: [LibraryPlugin]"))
        after = [row for row in rows[one.last + 1 : one.flow.last + 1] if _is_of_others(row)]
        rows[one.first : one.flow.last + 1] = kept + after
    return SessionLog(rows)


def storm(log: SessionLog, one: Publication, times: int) -> SessionLog:
    """Publish a topic many times in a row, each with its flow."""
    block = log.rows[one.first : one.flow.last + 1]
    took = log.milliseconds(one.first, one.flow.last) + 5
    copies: list[Row] = []
    for turn in range(1, times):
        for row in block:
            later = row.later(turn * took)
            text = later.text.replace(one.flow.request, f"{one.flow.request[:-3]}{turn:03d}") if one.flow.request else later.text
            copies.append(Row(text))
    rest = [row.later(took * (times - 1)) for row in log.rows[one.flow.last + 1 :]]
    return SessionLog(log.rows[: one.flow.last + 1] + copies + rest)


def stall(log: SessionLog, index: int, milliseconds: float) -> SessionLog:
    """Let the thread stand still before a row."""
    return log.delayed(index, milliseconds)


def _is_of_others(row: Row) -> bool:
    return row.message.startswith(("[RX DIAG]", "🎽")) and "EventRouter" in row.message
