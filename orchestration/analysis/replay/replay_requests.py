"""What was logged right before a flow: who asked for it, and with which values.

Read from the lake, a batch of flows at a time; what a message carries in itself is read by replay_values.py.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.analysis.replay.replay_values import values_of
from orchestration.domain.tables import LOG_RECORDS
from orchestration.lake import table_folder

Row = Mapping[str, Any]
_RECORDS = """
    select log_file_path, line_number, signal, request_id, message
    from read_parquet(?, union_by_name = true)
    where signal in ('user_acted', 'sequence_requested', 'topic_published', 'topic_routed', 'flow_queued')
        and log_file_path in (select unnest(?))
    order by log_file_path, line_number
"""
# A request is announced in a handful of records right before its flow is queued.
_MOST_RECORDS = 6


class Requests:
    """The records of the log files of some flows that can announce a flow."""

    def __init__(self, lake: Path | None, flows: Sequence[Row]) -> None:
        records = _load(lake, sorted({flow["log_file_path"] for flow in flows}))
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


def _load(lake: Path | None, paths: list[str]) -> list[Row]:
    if lake is None or not paths or not any(table_folder(lake, LOG_RECORDS).glob("**/*.parquet")):
        return []
    # A connection of its own: the warehouse may be open elsewhere with settings that forbid reading files.
    with duckdb.connect() as connection:
        cursor = connection.execute(_RECORDS, [str(table_folder(lake, LOG_RECORDS) / "**" / "*.parquet"), paths])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
