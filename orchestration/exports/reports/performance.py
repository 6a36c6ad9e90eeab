"""The performance report: how often each handler ran and how long it took, as reports.rpt_handler_performance says."""

from orchestration.exports.reports.report import (
    Report,
    facts,
    heading,
    load_window,
    read_rows,
    row_table,
    section,
)
from orchestration.warehouse import Connection, Row

_HANDLERS = """
select handler_name as name, plugin_name as plugin, execution_count as executions, timed_count, error_count as errors,
       session_count as sessions, min_ms as min, max_ms as max, mean_ms as avg, p50_ms as p50, p95_ms as p95,
       p99_ms as p99, coalesce(total_ms, 0) as total_ms, self_ms, waited_ms,
       code_file_path, code_line_number, handler_id
from reports.rpt_handler_performance
order by total_ms desc, execution_count desc, handler_name, plugin_name, handler_id
"""
_TIMING = ("min", "max", "avg", "p50", "p95", "p99")


def build_report(connection: Connection) -> Report:
    """Read the report; a percentile is null below 20 timed executions (p99 below 100)."""
    handlers = [_handler(row) for row in read_rows(connection, _HANDLERS)]
    timed = sorted(
        (one for one in handlers if one["timedExecutions"]), key=lambda one: (-one["timing"]["avg"], one["name"])
    )
    return {
        "handlers": handlers,
        "summary": {
            "totalHandlers": len(handlers),
            "totalExecutions": sum(one["executions"] for one in handlers),
            "totalTimedExecutions": sum(one["timedExecutions"] for one in handlers),
            "totalTime": sum(one["totalTime"] for one in handlers),
            "slowestHandler": timed[0]["name"] if timed else None,
            "fastestHandler": timed[-1]["name"] if timed else None,
        },
        "window": load_window(connection),
        "unit": "ms",
    }


def _handler(row: Row) -> Row:
    return {
        "name": row["name"],
        "plugin": row["plugin"],
        "executions": row["executions"],
        "timedExecutions": row["timed_count"],
        "errors": row["errors"],
        "sessions": row["sessions"],
        "timing": {name: row[name] for name in _TIMING},
        "totalTime": row["total_ms"],
        "selfTime": row["self_ms"],
        "waitedFor": row["waited_ms"],
        "sourceFile": row["code_file_path"],
        "sourceLine": row["code_line_number"],
        "handlerId": row["handler_id"],
    }


def write_markdown(report: Report) -> str:
    """Return the report for people: the summary, then a row per handler, most total time first."""
    summary = report["summary"]
    columns = {
        "Handler": "name", "Plugin": "plugin", "Executions": "executions", "Timed": "timedExecutions", "Min": "min",
        "Max": "max", "Avg": "avg", "p95": "p95", "p99": "p99", "Total": "totalTime", "Waited for": "waitedFor",
        "Source file": "sourceFile",
    }  # fmt: skip
    words = {
        "Handlers": summary["totalHandlers"],
        "Executions": summary["totalExecutions"],
        "Executions with a duration": summary["totalTimedExecutions"],
        "Total time": summary["totalTime"],
        "Slowest handler, by its average": summary["slowestHandler"],
        "Fastest handler, by its average": summary["fastestHandler"],
    }
    rows = [one | one["timing"] for one in report["handlers"]]
    table = row_table(rows, columns, "No handler was executed.")
    note = (
        "\nDurations are in milliseconds. p95 is given from 20 timed executions, p99 from 100. "
        "Waited for: the part its beat and flow waited for.\n"
    )
    return (
        heading("Handler performance", report["window"])
        + section("Summary", facts(words))
        + section("Handlers", table + note)
    )
