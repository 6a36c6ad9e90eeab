"""The critical paths of all flows, from rows to rows: computes critical_stretches.

The method is in critical_path.py. An Arrow table comes in and one goes out, with a fixed schema.
"""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from orchestration.analysis.performance.critical_path import Work, critical_stretches

STRETCH_COLUMNS: Mapping[str, pa.DataType] = {
    "handler_execution_id": pa.string(),
    "critical_us": pa.int64(),
    "uncovered_us": pa.int64(),
}


def find_critical_stretches(handlers: pa.Table) -> pa.Table:
    """Return a row per handler execution of a flow, in the order of flows.

    `handlers` has flow_id, execution_id, started_us and duration_us. Executions outside flows are left out.
    """
    names = ("flow_id", "execution_id", "started_us", "duration_us")
    ordered = handlers.sort_by([("flow_id", "ascending"), ("execution_id", "ascending")])
    columns = [ordered.column(name).to_pylist() for name in names]
    rows = [
        asdict(stretch)
        for flow_id, works in groupby(zip(*columns, strict=True), key=itemgetter(0))
        if flow_id is not None
        for stretch in critical_stretches([Work(*work[1:]) for work in works])
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(STRETCH_COLUMNS))
