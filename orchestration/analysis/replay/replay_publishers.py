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
# What the publishing handler itself left is logged when it settles, after its publication: where it began counts.
_CHANGES = """
    select
        flows.log_file_path, flows.request_id, mutations.line_number, mutations.state_key,
        case when not mutations.is_value_cut then mutations.value_after end,
        coalesce(handlers.line_number, mutations.line_number)
    from marts.fct_state_mutations as mutations
    join marts.fct_flows as flows using (flow_id)
    left join marts.fct_handler_executions as handlers using (handler_execution_id)
    where flows.log_file_path in (select unnest(?)) and flows.request_id in (select unnest(?))
    order by mutations.line_number, mutations.key_position
"""


class Publishers:
    """The flows that published what began some flows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, requests: Requests, flows: Sequence[Row]) -> None:
        self._records = {flow["flow_id"]: record for flow in flows if (record := _publication(requests, flow))}
        paths = sorted({record["log_file_path"] for record in self._records.values()})
        names = sorted({record["request_id"] for record in self._records.values()})
        self._changes: defaultdict[tuple[str, str], list[tuple[int, str, str | None, int]]] = defaultdict(list)
        for path, name, *change in connection.execute(_CHANGES, [paths, names]).fetchall():
            self._changes[path, name].append((change[0], change[1], change[2], change[3]))

    def state_of(self, flow_id: str) -> Held:
        """Return what the publisher's state held when it published, as far as the log shows whole values."""
        record = self._records.get(flow_id)
        held: dict[str, tuple[int, str]] = {}
        if record is None:
            return held
        for line, key, value, began in self._changes[record["log_file_path"], record["request_id"]]:
            if began > record["line_number"]:
                break
            held.pop(key, None)
            if value is not None:
                held[key] = line, value
        return held


def _publication(requests: Requests, flow: Row) -> Row | None:
    published = (record for record in requests.of(flow) if record["signal"] == "topic_published")
    return next((record for record in published if record["request_id"]), None)
