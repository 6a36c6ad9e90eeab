"""The tables of what was judged: expectations about the data, and the data tests of the models.

Where the rows come from belongs to docs_site/queries/health.py; the page around the tables to data_health.py.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from docs_site.html.number_format import plural
from docs_site.html.tables import Cell, Column, badge_cell, count_cell, render_table, text_cell
from docs_site.parts.words import tone
from docs_site.queries.health import is_judged
from orchestration.domain.severity import SEVERITIES, SEVERITY_WORDS
from orchestration.warehouse import Row

_MOMENT = re.compile(r"\b(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC")
# Examples help to find the rows; longer ones made every row of the table as high as a paragraph.
_EXAMPLE_LENGTH = 120


def expectation_table(rows: Sequence[Row]) -> Markup:
    """Return what Great Expectations judged, as rows of `load_checks`."""
    columns = (
        Column("Result"),
        Column("Check"),
        Column("Expected"),
        Column("Found"),
        Column("Table"),
        Column("Examples"),
    )
    return render_table(columns, [_check_row(row) for row in rows], caption="Checks", empty="No check was made.")


def _check_row(row: Row) -> list[Cell]:
    table = ".".join(filter(None, (row["table_name"], row["column_name"])))
    return [
        result_cell(row),
        text_cell(row["description"] or (row["expectation"] or "").replace("_", " ")),
        text_cell(_words(row["expected"])),
        found_cell(_words(row["observed"])),
        text_cell(table),
        text_cell(_words(row["examples"], _EXAMPLE_LENGTH)),
    ]


def result_cell(row: Row) -> Cell:
    """Say whether a check passed, and how severe it is where it did not."""
    if row["is_success"] and not is_judged(row):
        return badge_cell("nothing to judge", "plain", len(SEVERITIES) + 1)
    if row["is_success"]:
        return badge_cell("passed", "good", len(SEVERITIES))
    severity = row["severity"]
    return badge_cell(f"failed: {SEVERITY_WORDS.get(severity, severity)}", tone(severity), _rank(severity))


def found_cell(text: str | None) -> Cell:
    """Show what a check found; how long ago a moment in it was, the page says when it is read."""
    cell = text_cell(text)
    return replace(cell, html=Markup(_MOMENT.sub(r'<time datetime="\1T\2Z" data-ago>\1 \2 UTC</time>', str(cell.html))))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _words(value: object, longest: int = 300) -> str | None:
    if value is None or value == "" or value == []:
        return None
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= longest else text[: longest - 1] + "\u2026"


def data_test_table(rows: Sequence[Row]) -> Markup:
    """Return the data tests that failed, as rows of `load_data_tests`; those that hold are only counted."""
    columns = (
        Column("Severity"),
        Column("Table"),
        Column("Column"),
        Column("Test"),
        Column("Rows that break it", is_number=True),
        Column("What dbt said"),
    )
    failed = [row for row in rows if not row["is_success"]]
    cells: list[list[Cell]] = [
        [
            badge_cell(row["severity"], "critical" if row["severity"] == "error" else "warning"),
            text_cell(row["table_name"]),
            text_cell(row["column_name"]),
            text_cell(row["description"] or row["test_name"].replace("_", " ")),
            count_cell(row["failure_count"]),
            text_cell(_words(row["message"])),
        ]
        for row in failed
    ]
    empty = f"{plural(len(rows), 'data test')} checked, and all hold." if rows else "No data test was run."
    return render_table(columns, cells, caption="Data tests that do not hold", empty=empty)
