"""The table of parameters, as the pages of handlers, sequences and topics show it."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.tables import Column, badge_cell, code_cell, count_cell, render_table, text_cell
from docs_site.parts.state_tables import key_cell
from orchestration.warehouse import Row

_COLUMNS = (
    Column("Key"),
    Column("Direction"),
    Column("Types", hint="As far as previews show"),
    Column("Executions", is_number=True, hint="Executions that read the key by their code, or changed it by the log"),
    Column("Sessions", is_number=True),
    Column("Shown", is_number=True, hint="Of these, with a value in the log"),
    Column("Example"),
    Column("First line", is_number=True),
)


def parameter_table(rows: Sequence[Row], page: str, empty: str) -> Markup:
    """List keys read and written with type, n and the first value the log shows."""
    cells = [
        [
            key_cell(row, page),
            badge_cell(row["direction"], "info" if row["direction"] == "read" else "good"),
            text_cell(row["known_types"]),
            count_cell(row["execution_count"]),
            count_cell(row["session_count"]),
            count_cell(row["shown_count"]),
            code_cell(row["example"]),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            )
            if row["session_id"] and row["line_number"]
            else count_cell(None),
        ]
        for row in rows
    ]
    return render_table(_COLUMNS, cells, caption="Parameters", empty=empty)
