"""The table of a sequence's page that says what it would take without a beat, a handler or the handlers of a kind.

How it is predicted and checked is reports.rpt_sequence_what_ifs'; the command line says the same (cli/what_if.py).
"""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html.number_format import format_number, plural
from docs_site.html.tables import Cell, Column, count_cell, html_cell, number_cell, render_table, text_cell
from orchestration.warehouse import Row

_COLUMNS = (
    Column("Without"),
    Column("Would take", "ms", True, "Median; given only where flows ran without it"),
    Column("Takes", "ms", True, "Median of the completed flows that ran it"),
    Column("Flows", is_number=True, hint="Completed flows that ran it"),
    Column("Waited for it", "ms", True, "Median; a beat with the pause before it"),
    Column("Declared wait", "ms", True, "The part of it that the declared timing asks for"),
    Column("Checked on flows without it", hint="Predicted, observed, and how far that is off"),
)
_LABELS = {"kind": "handlers of kind ", "handler": "handler "}


def what_if_table(rows: Sequence[Row]) -> Markup:
    """Return what could be left out, beats first."""
    empty = "No completed flow of this sequence has a duration: there is nothing to leave out."
    return render_table(_COLUMNS, [_row(row) for row in rows], caption="What if", empty=empty)


def _row(row: Row) -> list[Cell]:
    return [
        text_cell(_LABELS.get(row["what_if_kind"], "") + (row["what_if_name"] or "?")),
        number_cell(row["predicted_p50_ms"]),
        number_cell(row["p50_ms"]),
        count_cell(row["flow_count"]),
        number_cell(row["waited_p50_ms"]),
        number_cell(row["declared_wait_p50_ms"] or None),
        html_cell(text_cell(_check_words(row)).html, row["absent_flow_count"]),
    ]


def _check_words(row: Row) -> str:
    if not row["absent_flow_count"]:
        return "no flow ran without it: no figure"
    error = row["prediction_error_pct"]
    off = "" if error is None else f": {error:+.0f}%"
    predicted, observed = format_number(row["absent_predicted_p50_ms"]), format_number(row["absent_p50_ms"])
    counts = f"{plural(row['absent_flow_count'], 'flow')} in {plural(row['absent_session_count'], 'session')}"
    return f"{predicted} predicted, {observed} observed{off} ({counts})"
