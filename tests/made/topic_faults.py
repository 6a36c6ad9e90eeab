"""Faults of topics and of the machine, put into a healthy session: wrong routes, storms."""

import re
from dataclasses import dataclass

from tests.made.session_log import Flow, Row, SessionLog

_PUBLISHED = re.compile(r"^\[EventRouter\] Topic '([^']*)' definition")
_ROUTED = re.compile(r"^\[topics\] Routing '([^']*)' -> ([^ :]*)::([^ :]*)")
_ENTRY, _EXIT = "[EventRouter.publish] CP1 ENTRY", "[EventRouter.publish] CP6 EXIT"
_ENQUEUED = re.compile(r'^🎼 ExecutionQueue: Enqueued "([^"]*)"')
# What is written of a publication though nothing is played.
_SAID_WITHOUT_ROUTE = (
    *(f"[EventRouter.publish] CP{number}" for number in (1, 2, 3, 6)),
    *("[EventRouter] Topic", "[RX DIAG]", "[EventRouter] Starting delivery"),
)


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
        last = next(
            (i for i in range(first, min(first + 90, len(log.rows))) if log.rows[i].message.startswith(_EXIT)), None
        )
        if last is None:
            continue
        said = [row.message for row in log.rows[first : last + 1]]
        routes = [match for message in said if (match := _ROUTED.match(message))]
        queued = [match[1] for message in said if (match := _ENQUEUED.match(message))]
        flow = next((one for one in flows if one.first > first and queued == [one.sequence]), None)
        if len(routes) != 1 or flow is None:
            continue
        if sum(row.message.startswith(_ENTRY) for row in log.rows[first : flow.last]) == 1:
            found.append(Publication(*routes[0].groups(), first, last, flow))
    return found


def lose_route(log: SessionLog, chosen: list[Publication]) -> SessionLog:
    """Publish a topic that has no route any more: nothing is played."""
    rows = list(log.rows)
    for one in sorted(chosen, key=lambda each: -each.first):
        said = [
            _routeless(row) for row in rows[one.first : one.last + 1] if row.message.startswith(_SAID_WITHOUT_ROUTE)
        ]
        after = [row for row in rows[one.last + 1 : one.flow.last + 1] if _is_of_others(row)]
        rows[one.first : one.flow.last + 1] = said + after
    return SessionLog(rows)


def _routeless(row: Row) -> Row:
    message = row.message.replace("routes: 1", "routes: 0").replace("with 1 routes", "with 0 routes")
    return row if message == row.message else row.saying(message)


def lead_elsewhere(log: SessionLog, chosen: list[Publication], other: Publication) -> SessionLog:
    """Route a topic to the sequence of another one, which is played in place of its own."""
    rows = list(log.rows)
    asked, played = rows[other.first : other.last + 1], rows[other.last + 1 : other.flow.last + 1]
    renamed = [Row(row.text.replace(other.topic, chosen[0].topic)) for row in asked]
    for one in sorted(chosen, key=lambda each: -each.first):
        away = log.milliseconds_apart(other.first, one.first)
        copies = [row.later(away) for row in (*renamed, *played)]
        if other.flow.request:
            own = f"{other.flow.request[:-4]}{one.first:04d}"
            copies = [Row(row.text.replace(other.flow.request, own)) for row in copies]
        rows[one.first : one.flow.last + 1] = copies
    return SessionLog(rows)


def lead_nowhere(log: SessionLog, chosen: list[Publication]) -> SessionLog:
    """Route a topic to a plugin nobody knows: the play is dropped with a warning."""
    rows = list(log.rows)
    for one in sorted(chosen, key=lambda each: -each.first):
        said: list[Row] = []
        for row in rows[one.first : one.last + 1]:
            if not row.is_foreign or row.message.startswith(("🎼 SequenceOrchestrator", "🎼 ExecutionQueue")):
                continue
            said.append(row.saying(_unknown(row.message, one)))
            if row.message.startswith("🎼 PluginInterfaceFacade.play()"):
                said.append(row.saying("🧠 Plugin not found: NoSuchPlugin. Available plugins: [LibraryPlugin]"))
        after = [row for row in rows[one.last + 1 : one.flow.last + 1] if _is_of_others(row)]
        rows[one.first : one.flow.last + 1] = said + after
    return SessionLog(rows)


def _unknown(message: str, one: Publication) -> str:
    """Return a message in which an unknown plugin and sequence take the place of the true ones."""
    for between in ("::", ", sequenceId=", " -> "):
        message = message.replace(f"{one.plugin}{between}{one.sequence_key}", f"NoSuchPlugin{between}no-such-symphony")
    return message


def storm(log: SessionLog, one: Publication, times: int) -> SessionLog:
    """Publish a topic many times in a row, each with its flow."""
    block = log.rows[one.first : one.flow.last + 1]
    took = log.milliseconds(one.first, one.flow.last) + 5
    copies: list[Row] = []
    for turn in range(1, times):
        for row in block:
            later = row.later(turn * took)
            text = (
                later.text.replace(one.flow.request, f"{one.flow.request[:-3]}{turn:03d}")
                if one.flow.request
                else later.text
            )
            copies.append(Row(text))
    rest = [row.later(took * (times - 1)) for row in log.rows[one.flow.last + 1 :]]
    return SessionLog(log.rows[: one.flow.last + 1] + copies + rest)


def _is_of_others(row: Row) -> bool:
    return row.message.startswith(("[RX DIAG]", "🎽")) and "EventRouter" in row.message
