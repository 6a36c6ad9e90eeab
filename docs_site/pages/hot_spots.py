"""The section of hot spots: every function of the code by how much it would hurt if it were wrong."""

from collections.abc import Sequence

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import format_count, format_pct, plural
from docs_site.html.paged_table import PagedColumn, PagedTable, paged_table
from docs_site.parts.code_places import place_address
from orchestration.warehouse import Row

PATH = "coverage/hot-spots.js"
# A page stays below 2.5 MB; the rest is the tail of the ranking, and in the warehouse.
MOST_FUNCTIONS = 20_000

_EVIDENCE = {
    "counted": "counted",
    "reached": "of handlers that lead to it",
    "not_reached": "its handlers never ran",
    "unknown": "no handler leads to it",
}


def hot_spot_table(rows: Sequence[Row], page: str, options: SiteOptions) -> PagedTable:
    """Return the table of all functions, the hottest first."""
    name = PagedColumn("Function", "code")
    score = PagedColumn("Score", "number", hint="complexity x ln(1 + executions) x (1 + commits) x share untested")
    complexity = PagedColumn("Complexity", "count", hint="McCabe: 1 + branching points")
    lines = PagedColumn("Lines", "count")
    executions = PagedColumn(
        "Executions", "count", hint="Counted for handlers; else those of the handlers that lead to it"
    )
    covered = PagedColumn("Lines tested", "pct", "%", "Of its executable lines, by the coverage report")
    callers = PagedColumn(
        "Callers", "count", hint="Functions outside tests that call it, as far as calls can be followed"
    )
    for row in rows[:MOST_FUNCTIONS]:
        code = f"{row['code_file_path']}:{row['code_line_number']}"
        handler = row["handler_id"]
        own = links.relative_link(page, links.handler_url(handler)) if handler else None
        address = own or place_address(row["code_file_path"], row["code_line_number"], options.code_url)
        owner = f"{row['enclosing_symbol']}." if row["enclosing_symbol"] else ""
        name.add(f"{owner}{row['code_function_name']}", address, note=code)
        score.add(row["hot_spot_score"], hint=_formula(row))
        complexity.add(row["complexity"])
        lines.add(row["line_count"])
        known = row["execution_count"] if row["execution_count"] is not None else row["reached_execution_count"]
        executions.add(known, note=_EVIDENCE[row["execution_evidence"]])
        calling = plural(row["test_file_count"], "test file calls it", "test files call it")
        covered.add(row["line_coverage_pct"], note=calling if row["line_coverage_pct"] is None else None)
        callers.add(row["caller_count"])
    return paged_table(
        page,
        PATH,
        (name, score, complexity, executions, covered, callers, lines),
        min(len(rows), MOST_FUNCTIONS),
        caption="Hot spots in code",
        empty="No function was found in the code: give it with --code.",
    )


def _formula(row: Row) -> str | None:
    """Say how the score of a function comes about."""
    if row["hot_spot_score"] is None:
        return "No handler leads to it, so how often it runs is not known"
    covered = row["line_coverage_pct"]
    untested = 100 - covered if covered is not None else 0 if row["test_file_count"] else 100
    known = row["execution_count"] if row["execution_count"] is not None else row["reached_execution_count"]
    return (
        f"{row['complexity']} x ln(1 + {format_count(known)}) x (1 + {plural(row['commit_count'] or 0, 'commit')}) x "
        f"{format_pct(untested)} % untested"
    )
