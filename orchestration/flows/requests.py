"""What began a flow: the records right before it that say who asked for it, and the state of the flow that published.

Records are read from the lake, a batch of flows at a time. What a record's message carries in itself is read by
analysis/replay/replay_values.py; what a published message carried is not in the log, or it would be known and not
likely.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.analysis.replay.replay_values import values_of
from orchestration.domain.tables import LOG_RECORDS
from orchestration.warehouse import Connection, fetch_tuples, load_raw

Row = Mapping[str, Any]
# A key and its value, with the line that shows it.
Held = Mapping[str, tuple[int, str]]
# The line of a change, its key and value, and where the handler that made it began.
Change = tuple[int, str, str | None, int]
_RECORDS = """
    select log_file_path, line_number, signal, request_id, topic, message
    from raw
    where signal in ('user_acted', 'sequence_requested', 'topic_published', 'topic_routed', 'flow_queued')
        and log_file_path in (select unnest(?))
    order by log_file_path, line_number
"""
# What the publishing handler itself left is logged when it settles, after its publication: where it began counts.
_CHANGES = """
    select
        flows.log_file_path, flows.request_id, flows.line_number, mutations.line_number, mutations.state_key,
        case when not mutations.is_value_cut then mutations.value_after end,
        coalesce(handlers.line_number, mutations.line_number)
    from marts.fct_flows as flows
    left join marts.fct_state_mutations as mutations using (flow_id)
    left join marts.fct_handler_executions as handlers using (handler_execution_id)
    where flows.log_file_path in (select unnest(?)) and flows.request_id in (select unnest(?))
        and flows.status <> 'never_started'
    order by mutations.line_number, mutations.key_position
"""
# A request is announced in a handful of records right before its flow is queued.
_MOST_RECORDS = 6


class Requests:
    """The records of the log files of some flows that can announce a flow."""

    def __init__(self, lake: Path | None, flows: Sequence[Row]) -> None:
        paths = sorted({flow["log_file_path"] for flow in flows})
        records = load_raw(lake, LOG_RECORDS.name, _RECORDS, [paths]) if lake and paths else []
        self._records: defaultdict[str, list[Row]] = defaultdict(list)
        for record in records:
            self._records[record["log_file_path"]].append(record)
        self._own: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in records:
            if row["request_id"] and row["signal"] in ("sequence_requested", "flow_queued"):
                self._own[row["log_file_path"], row["request_id"]].append(row)

    def of(self, flow: Row) -> list[Row]:
        """Return the records right before the flow that say who asked for it, and with what."""
        records = self._records[flow["log_file_path"]]
        # A flow that waited in the queue starts long after it was asked for: its own records say when that was.
        own = self._first_own(flow)
        end = bisect_left(records, (own or flow["line_number"]) + 1, key=lambda row: int(row["line_number"]))
        chosen: list[Row] = []
        for record in reversed(records[:end]):
            # A publication names the flow that published, which is another one.
            is_own_kind = record["signal"] in ("sequence_requested", "flow_queued")
            is_other = is_own_kind and record["request_id"] not in (None, flow["request_id"])
            if is_other or (record["signal"] == "flow_queued" and chosen) or len(chosen) == _MOST_RECORDS:
                break
            chosen.append(record)
            if record["signal"] in ("user_acted", "topic_published"):
                break
        return chosen[::-1]

    def publications(self) -> Iterator[Row]:
        """Yield the publications of topics that name the flow which made them."""
        for records in self._records.values():
            yield from (row for row in records if row["signal"] == "topic_published" and row["request_id"])

    def _first_own(self, flow: Row) -> int | None:
        """Return the line that first names the flow, up to its start that of an earlier flow of this name left out."""
        own = self._own.get((flow["log_file_path"], flow["request_id"]), [])
        queued = [row["line_number"] for row in own if row["signal"] == "flow_queued"]
        earlier = [line for line in queued if line <= flow["line_number"]][:-1]
        return next((int(row["line_number"]) for row in own if not earlier or row["line_number"] > earlier[-1]), None)


def request_values(records: Sequence[Row]) -> Mapping[str, str]:
    """Return what the records of a request name, as JSON text by name; the first record of a name counts."""
    values: dict[str, str] = {}
    for record in reversed(records):
        values |= values_of(record["message"])
    return values


class Publishers:
    """The flows that published what began some flows."""

    def __init__(self, connection: Connection, requests: Requests, flows: Sequence[Row]) -> None:
        self._records = {flow["flow_id"]: record for flow in flows if (record := _publication(requests, flow))}
        paths = sorted({record["log_file_path"] for record in self._records.values()})
        names = sorted({record["request_id"] for record in self._records.values()})
        # By the line its flow starts on: a name may come again.
        self._changes: defaultdict[tuple[str, str], defaultdict[int, list[Change]]]
        self._changes = defaultdict(lambda: defaultdict(list))
        for path, name, start, line, key, value, began in fetch_tuples(connection, _CHANGES, [paths, names]):
            of_flow = self._changes[path, name][start]
            of_flow += [(line, key, value, began)] if key is not None else []

    def state_of(self, flow_id: str) -> Held:
        """Return what the publisher's state held when it published, as far as the log shows whole values."""
        record = self._records.get(flow_id)
        held: dict[str, tuple[int, str]] = {}
        if record is None:
            return held
        flows = self._changes[record["log_file_path"], record["request_id"]]
        # Of several flows of one name, the one that started last had published.
        start = max((line for line in flows if line <= record["line_number"]), default=min(flows, default=0))
        for line, key, value, began in flows[start]:
            if began > record["line_number"]:
                break
            held.pop(key, None)
            if value is not None:
                held[key] = line, value
        return held


def _publication(requests: Requests, flow: Row) -> Row | None:
    published = (record for record in requests.of(flow) if record["signal"] == "topic_published")
    return next((record for record in published if record["request_id"]), None)
