"""Budgets as people read them: the table of the performance page, and badges for the pages of what they are about.

What is over, and what has too few executions to say, is decided in reports.rpt_budgets.
"""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.escape import html_text
from docs_site.html.number_format import NOTHING, format_count, format_days, format_number, format_pct, plural
from docs_site.html.tables import Cell, Column, badge_cell, badge_html, html_cell, link_cell, link_html, render_table
from orchestration.domain.severity import SEVERITY_WORDS
from orchestration.warehouse import Row

MOST_ROWS = 50

_VERDICTS = {
    "met": ("met", "good"),
    "over": ("over", "warning"),
    "too_few": ("n too small", "plain"),
    "never_ran": ("never ran", "plain"),
    "matches_nothing": ("matches nothing", "warning"),
}
_STATISTICS = {"median": "median", "p95": "p95", "p99": "p99", "max": "maximum"}
_KINDS = {"handler": "Handlers", "beat": "Beats", "sequence": "Sequences", "start_up": "Start-up"}
_COLUMNS = (
    Column("Result"),
    Column("What"),
    Column("Measured", "ms", True, "The limited statistic; opens the slowest execution"),
    Column("Limit", "ms", True),
    Column("Times over it", "", True, "Executions, flows or starts, with the days from the first to the last of them"),
    Column("Set in"),
)


def budget_summary(rows: Sequence[Row]) -> str:
    """Say how many limits there are, who set them, and what became of them."""
    limits = {row["budget_id"]: row["budget_origin"] for row in rows}
    origins = Counter(limits.values())
    own, declared = origins["configured"], origins["declared"]
    who = [f"{format_count(own)} of yours"] if own else []
    who += [f"{format_count(declared)} declared by the application"] if declared else []
    counts = Counter(row["verdict"] for row in rows)
    said = [f"{format_count(counts[key])} {words}" for key, (words, _) in _VERDICTS.items() if counts[key]]
    return f"{plural(len(limits), 'limit')} ({', '.join(who)}), {plural(len(rows), 'comparison')}: {', '.join(said)}."


def budget_table(rows: Sequence[Row], page: str) -> Markup:
    """Return the comparisons, those that match nothing and those over their limit first."""
    return render_table(
        _COLUMNS, [_row(row, page) for row in rows[:MOST_ROWS]], caption="Budgets", empty="No budget is set."
    )


def budget_badges(rows: Sequence[Row]) -> Markup:
    """Return a badge and a few words per budget of one thing; nothing where there is none."""
    return Markup("<br>").join(
        badge_html(*_verdict(row)) + Markup(html_text(f" {_comparison_in_words(row)}")) for row in rows
    )


def _row(row: Row, page: str) -> list[Cell]:
    return [
        badge_cell(*_verdict(row)),
        link_cell(_subject(row), _address(row, page)),
        _measured_cell(row, page),
        html_cell(
            Markup(html_text(f"{_STATISTICS[row['statistic']]} {format_number(row['limit_ms'])}")), row["limit_ms"]
        ),
        _over_cell(row),
        html_cell(_source(row), row["source_key"]),
    ]


def _verdict(row: Row) -> tuple[str, str]:
    words, tone = _VERDICTS[row["verdict"]]
    if row["verdict"] != "over":
        return words, tone
    return f"over: {SEVERITY_WORDS[row['severity']]}", row["severity"]


def _subject(row: Row) -> str:
    kind = _KINDS[row["subject_kind"]]
    return str(row["subject_name"]) if row["subject_name"] else f"{kind} like {row['name_pattern']}"


def _address(row: Row, page: str) -> str | None:
    if row["handler_id"]:
        return links.relative_link(page, links.handler_url(row["handler_id"]))
    sequence = row["sequence_id"] or row["beat_sequence_id"]
    return links.relative_link(page, links.sequence_url(sequence)) if sequence else None


def _measured_cell(row: Row, page: str) -> Cell:
    """Show the statistic; where there are too few executions for it, the longest of them."""
    if not row["timed_count"]:
        return Cell(Markup(NOTHING), None)
    slowest = links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
    if row["actual_ms"] is not None:
        return html_cell(link_html(format_number(row["actual_ms"]), slowest), row["actual_ms"])
    longest = link_html(f"at most {format_number(row['max_ms'])}", slowest)
    return html_cell(longest + Markup(html_text(f" (n = {format_count(row['timed_count'])})")), row["max_ms"])


def _over_cell(row: Row) -> Cell:
    if not row["timed_count"]:
        return Cell(Markup(NOTHING), None)
    words = f"{format_count(row['over_count'])} of {format_count(row['timed_count'])} ({format_pct(row['over_pct'])}%)"
    first, last = row["first_over_at"], row["last_over_at"]
    days = Markup(f"<br><small>{html_text(format_days(first, last))}</small>") if last else Markup("")
    return html_cell(Markup(html_text(words)) + days, row["over_pct"])


def _source(row: Row) -> Markup:
    line = f":{row['source_line_number']}" if row["source_line_number"] else ""
    key, place = html_text(row["source_key"]), html_text(f"{row['source_file_path']}{line}")
    return Markup(f"<code>{key}</code><br><small>{place}</small>")


def _comparison_in_words(row: Row) -> str:
    limit = f"{_STATISTICS[row['statistic']]} at most {format_number(row['limit_ms'])} ms"
    if row["actual_ms"] is None:
        count, longest = format_count(row["timed_count"]), format_number(row["max_ms"])
        return f"{limit}: n = {count} is too small, the longest took {longest} ms"
    over = f", {format_count(row['over_count'])} of {format_count(row['timed_count'])} took longer"
    return f"{limit}: {format_number(row['actual_ms'])} ms{over}"
