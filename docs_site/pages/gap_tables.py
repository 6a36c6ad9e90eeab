"""The tables of silent gaps on the performance page."""

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.tables import Column, count_cell, link_cell, number_cell, render_table, text_cell
from docs_site.parts.words import gap_words
from docs_site.queries.silent_gaps import Gaps
from orchestration.warehouse import Row

_CLASS_COLUMNS = (
    Column("What it was"),
    Column("Gaps", is_number=True),
    Column("On a loaded machine", is_number=True, hint="Gaps in sessions recorded on a busy machine"),
    Column("Sessions", is_number=True),
    Column("Total", "s", True),
    Column("Longest", "s", True),
    Column("Longest: lines"),
)
_LONGEST_COLUMNS = (
    Column("Silence", "s", True),
    Column("What it was"),
    Column("Evidence"),
    Column("Handler"),
    Column("Lines"),
    Column("Session"),
)


def gap_table(gaps: Gaps, page: str) -> Markup:
    """Return one row per class of gap."""
    rows = [
        [
            text_cell(gap_words(row["gap_class"])),
            count_cell(row["gap_count"]),
            count_cell(row["loaded_count"]),
            count_cell(row["session_count"]),
            number_cell(row["total_ms"] / 1000),
            number_cell(row["max_ms"] / 1000),
            link_cell(f"line {row['line_number']}", _lines(row, page)),
        ]
        for row in gaps.classes
    ]
    return render_table(
        _CLASS_COLUMNS, rows, caption="Silent gaps", empty="No gap of one second or more in any session."
    )


def longest_gaps(gaps: Gaps, page: str) -> Markup:
    """Return the longest gaps of each class with their evidence; nothing without gaps."""
    if not gaps.longest:
        return Markup("")
    rows = [
        [
            number_cell(row["duration_ms"] / 1000),
            text_cell(gap_words(row["gap_class"])),
            text_cell(row["evidence"]),
            link_cell(row["handler_name"], _handler(row, page)),
            link_cell(f"{row['line_number']} to {row['next_line_number']}", _lines(row, page)),
            link_cell(row["session_name"], links.relative_link(page, links.session_url(row["session_id"]))),
        ]
        for row in gaps.longest
    ]
    return render_table(_LONGEST_COLUMNS, rows, caption="The longest gaps of each class", empty="", name="longest-gaps")


def _lines(row: Row, page: str) -> str:
    return links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))


def _handler(row: Row, page: str) -> str | None:
    return links.relative_link(page, links.handler_url(row["handler_id"])) if row["handler_id"] else None
