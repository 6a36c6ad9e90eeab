"""Faults of topics: no route any more, a route to a wrong sequence, a storm of publications."""

from collections.abc import Sequence
from datetime import datetime

from orchestration.faults.changes import renamed
from orchestration.faults.session_flows import FOREIGN, Flow, Publication, family_of
from orchestration.faults.session_rows import Row, SessionRows


def lose_route(log: SessionRows, flows: Sequence[Flow], chosen: Sequence[Publication]) -> SessionRows:
    """Publish a topic that has no route any more: what it started is not played."""
    rows: list[Row | None] = list(log.rows)
    for one in chosen:
        rows[one.first] = log.with_field(log.rows[one.first], "item_count", 0).made()
        for index in _indexes(log, flows, one):
            if index > one.first:
                rows[index] = None
    return log.with_rows(row for row in rows if row is not None)


def lead_elsewhere(
    log: SessionRows, flows: Sequence[Flow], chosen: Sequence[Publication], other: Publication
) -> SessionRows:
    """Route a topic to the sequence of another one, which is played in place of its own."""
    places = _indexes(log, flows, other)
    rows: list[Row | None] = list(log.rows)
    put: dict[int, list[Row]] = {}
    for number, one in enumerate(chosen):
        copies = _copies(log, flows, other, [log.rows[index] for index in places], f"e{number:03d}")
        # What asks for a flow stands where it was asked for, maybe inside another flow; what is played, where one was.
        asked = _apart(other.first, one.first, log)
        played = _apart(other.flow.first, one.flow.first, log)
        for index, row in zip(places, copies, strict=True):
            is_played = index >= other.flow.first
            moved = log.later(row, played if is_played else asked)
            start = one.flow.first if is_played else one.first
            put.setdefault(start, []).append(_on_topic(log, moved, other.topic, one.topic))
        for index in _indexes(log, flows, one):
            rows[index] = None
    result: list[Row] = []
    for index, kept in enumerate(rows):
        result += put.get(index, [])
        result += [kept] if kept is not None else []
    return log.with_rows(result)


def storm(log: SessionRows, flows: Sequence[Flow], one: Publication, times: int) -> SessionRows:
    """Publish a topic, or ask for a sequence, many times in a row, each time with all that follows."""
    places = _indexes(log, flows, one)
    block = [log.rows[index] for index in places]
    took = log.milliseconds(places[0], places[-1]) + 2
    copies: list[Row] = []
    for turn in range(1, times):
        copies += [log.later(row, turn * took) for row in _copies(log, flows, one, block, f"s{turn:03d}")]
    rest = log.rows[places[-1] + 1 :]
    after = [log.later(row, took * (times - 1)) for row in rest] if log.is_sequential else rest
    return log.with_rows([*log.rows[: places[-1] + 1], *copies, *after])


def _indexes(log: SessionRows, flows: Sequence[Flow], one: Publication) -> list[int]:
    """Return the rows of a publication: itself, what asks for its flow, the flow, and what that started."""
    family = family_of(log, flows, one.flow, one.first)
    ends = [flow.own[-1] for flow in flows if flow.flow in family]
    asked = range(one.first, one.flow.first)
    return sorted(
        {
            index
            for index in range(one.first, max(ends) + 1)
            if log.rows[index].flow in family
            or index in (one.first, one.routed)
            or (log.is_sequential and index in asked and log.rows[index].signal in FOREIGN)
        }
    )


def _copies(log: SessionRows, flows: Sequence[Flow], one: Publication, rows: Sequence[Row], mark: str) -> list[Row]:
    """Return rows as those of further flows: their request ids end otherwise."""
    family = family_of(log, flows, one.flow, one.first)
    requests = {row.value("request_id") for row in rows if row.flow in family and row.value("request_id")}
    return renamed(log, rows, {request: f"{request[: -len(mark)]}{mark}" for request in requests})


def _on_topic(log: SessionRows, row: Row, topic: str | None, other: str | None) -> Row:
    """Return a row of a publication under another topic; rows of flows are left as they are."""
    if row.signal not in ("topic_published", "topic_routed") or row.value("topic") != topic:
        return row
    return log.with_field(row, "topic", other)


def _apart(one: int, other: int, log: SessionRows) -> float:
    start, end = _moment(log, one), _moment(log, other)
    return (end - start).total_seconds() * 1000 if start and end else 0.0


def _moment(log: SessionRows, index: int) -> datetime | None:
    return next((row.moment for row in log.rows[index:] if row.moment is not None), None)
