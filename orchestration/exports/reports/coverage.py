"""The coverage report: which handlers production runs, and which of them tests run too.

Numbers are those of reports.rpt_handler_coverage; never executed does not mean dead, so each such row says how often
the sessions could at most have missed it.
"""

from collections import Counter

from orchestration.exports.reports.report import (
    Report,
    facts,
    heading,
    load_window,
    place,
    read_rows,
    row_table,
    section,
)
from orchestration.warehouse import Connection, Row

_HANDLERS = """
select handler_name as name, plugin_name as plugin, is_used as executed, is_tested as tested, quadrant,
       execution_count as executions, session_count as sessions, error_count as errors,
       usage_upper_bound_pct as "usageUpperBoundPct", unused_reason as "unusedReason",
       coalesce(test_file_count, 0) as "testFiles", coalesce(tests_count, 0) as tests,
       covered_line_count as "coveredLines", executable_line_count as "executableLines",
       line_coverage_pct as "lineCoveragePct", risk_score as risk, code_file_path as "sourceFile",
       code_line_number as "sourceLine", handler_id as "handlerId"
from reports.rpt_handler_coverage
order by execution_count desc, handler_name, plugin_name, handler_id
"""

_USED = {
    "Handler": "name", "Plugin": "plugin", "Executions": "executions", "Sessions": "sessions",
    "Test files": "testFiles", "Lines covered (%)": "lineCoveragePct", "Code": "code",
}  # fmt: skip
_IDLE = {
    "Handler": "name", "Plugin": "plugin", "Why": "unusedReason",
    "Used in at most (% of sessions)": "usageUpperBoundPct", "Test files": "testFiles", "Code": "code",
}  # fmt: skip


def build_report(connection: Connection) -> Report:
    """Read the report, the handlers that run most first."""
    handlers = read_rows(connection, _HANDLERS)
    quadrants = Counter(row["quadrant"] for row in handlers)
    plugins: dict[str, Row] = {}
    for row in handlers:
        plugin = plugins.setdefault(
            row["plugin"] or "", {"plugin": row["plugin"], "handlers": 0, "executed": 0, "tested": 0}
        )
        plugin["handlers"] += 1
        plugin["executed"] += row["executed"]
        plugin["tested"] += row["tested"]
    return {
        "handlers": handlers,
        "plugins": [plugins[name] for name in sorted(plugins)],
        "summary": {
            "totalHandlers": len(handlers),
            "executedTested": quadrants["used_tested"],
            "executedUntested": quadrants["used_untested"],
            "neverExecutedTested": quadrants["unused_tested"],
            "neverExecutedUntested": quadrants["unused_untested"],
            "totalExecutions": sum(row["executions"] for row in handlers),
        },
        "window": load_window(connection),
    }


def write_markdown(report: Report) -> str:
    """Return the report for people: what runs untested first, then what never ran, then the rest."""
    summary = report["summary"]
    words = {
        "Handlers": summary["totalHandlers"],
        "Executed and tested": summary["executedTested"],
        "Executed, not tested": summary["executedUntested"],
        "Never executed, tested": summary["neverExecutedTested"],
        "Never executed, not tested": summary["neverExecutedUntested"],
        "Executions": summary["totalExecutions"],
    }
    rows = [row | {"code": place(row["sourceFile"], row["sourceLine"])} for row in report["handlers"]]
    used = [row for row in rows if row["executed"]]
    parts = (
        (
            "Executed, not tested",
            [row for row in used if not row["tested"]],
            _USED,
            "Every handler that runs is tested.",
        ),
        ("Never executed", [row for row in rows if not row["executed"]], _IDLE, "Every handler was executed."),
        ("Executed and tested", [row for row in used if row["tested"]], _USED, "No handler is executed and tested."),
    )
    plugins = row_table(
        report["plugins"],
        {"Plugin": "plugin", "Handlers": "handlers", "Executed": "executed", "Tested": "tested"},
        "No plugin has a handler.",
    )
    return (
        heading("Handler coverage from production", report["window"])
        + section("Summary", facts(words))
        + section("Plugins", plugins)
        + "".join(section(title, row_table(part, columns, empty)) for title, part, columns, empty in parts)
    )
