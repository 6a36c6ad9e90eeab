"""The state of the flow that published the topic which began another flow: likely what that flow was given.

Which record began a flow is replay_requests.py's; what the published message carried is not in the log, or it would be
known and not likely.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from orchestration.analysis.replay.replay_requests import Requests

Row = Mapping[str, Any]
# A key and its value, with the line that shows it.
Held = Mapping[str, tuple[int, str]]
# The line of a change, its key and value, and where the handler that made it began.
Change = tuple[int, str, str | None, int]
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


class Publishers:
    """The flows that published what began some flows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, requests: Requests, flows: Sequence[Row]) -> None:
        self._records = {flow["flow_id"]: record for flow in flows if (record := _publication(requests, flow))}
        paths = sorted({record["log_file_path"] for record in self._records.values()})
        names = sorted({record["request_id"] for record in self._records.values()})
        # By the line its flow starts on: a name may come again.
        self._changes: defaultdict[tuple[str, str], defaultdict[int, list[Change]]]
        self._changes = defaultdict(lambda: defaultdict(list))
        for path, name, start, line, key, value, began in connection.execute(_CHANGES, [paths, names]).fetchall():
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
