"""The table of movements on a sequence's page; each row is an anchor, so that a movement has an address."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.escape import html_text
from docs_site.html.tables import (
    Cell,
    Column,
    count_cell,
    html_cell,
    number_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.pages.performance_tables import interval_cell
from orchestration.warehouse import Row

_COLUMNS = (
    Column("Movement"),
    Column("Beats"),
    Column("Executions", is_number=True),
    Column("Failed", is_number=True),
    Column("Sessions", is_number=True),
    Column("p50", "ms", True, "With its 95% interval; not given below 20 executions"),
    Column("p95", "ms", True, "With its 95% interval; not given below 20 executions"),
    Column("Max", "ms", True),
    Column("Deviations", is_number=True),
    Column("Errors", is_number=True, hint="Of its beats, consequences left out"),
    Column("State changes", is_number=True),
    Column("Keys changed"),
    Column("Handlers tested"),
    Column("Owners"),
    Column("Last seen", "UTC"),
    Column("First line", is_number=True),
)


def movement_table(rows: Sequence[Row], page: str) -> Markup:
    """List the movements with what was seen of each."""
    return render_table(
        _COLUMNS, [_row(row, page) for row in rows], caption="Movements", empty="This sequence declares no movement."
    )


def _row(row: Row, page: str) -> list[Cell]:
    number, first, last = row["movement_number"], row["first_beat_number"], row["last_beat_number"]
    name = Markup(f'<span id="movement-{int(number or 0)}">{html_text(row["movement_name"] or "unnamed")}</span>')
    beats = f"{first}" if first == last else f"{first} to {last}"
    session, line = row["session_id"], row["line_number"]
    return [
        html_cell(name, number),
        text_cell(beats),
        count_cell(row["execution_count"]),
        count_cell(row["failed_count"]),
        count_cell(row["session_count"]),
        interval_cell(row["p50_ms"], row["p50_low_ms"], row["p50_high_ms"]),
        interval_cell(row["p95_ms"], row["p95_low_ms"], row["p95_high_ms"]),
        number_cell(row["max_ms"]),
        count_cell(row["deviation_count"]),
        count_cell(row["error_count"]),
        count_cell(row["mutation_count"]),
        text_cell(", ".join(row["state_keys"] or ())),
        text_cell(f"{row['tested_count']} of {row['handler_count']}"),
        text_cell(row["owners"]),
        time_cell(row["last_seen_at"]),
        count_cell(line, links.relative_link(page, links.lines_url(session, line)) if session and line else None),
    ]
