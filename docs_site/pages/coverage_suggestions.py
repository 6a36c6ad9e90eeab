"""The tests that production suggests, on the coverage page: what each would cover, and the flow that is its evidence.

The choice and its order are the mart's; how it is made is told in docs/how-to/generate-tests.md.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.links import relative_link
from docs_site.html.tables import Cell, Column, badge_cell, count_cell, link_cell, render_table, text_cell
from orchestration.warehouse import Row, load_rows

_ROWS = """
select * from marts.fct_test_candidates order by cover_rank nulls last, test_candidate_id
"""
_TONES = {"failure": "critical", "deviation": "warning", "conformant flow": "good"}
_COLUMNS = (
    Column("Order", "", True, "Place in the greedy set cover; none where those before it cover all of it"),
    Column("Sequence"),
    Column("Kind"),
    Column(
        "Adds", "items", True, "Handlers, transitions and error classes that no test and no candidate before covers"
    ),
    Column("Handlers"),
    Column("Inputs known", "", True, "Values its handlers read that the log shows, of all they read"),
    Column("Flows", "", True),
    Column("Evidence"),
    Column("Text"),
)


def load_suggestions(warehouse: Path) -> list[Row]:
    """Return the candidate tests in the order of the cover."""
    return load_rows(warehouse, _ROWS)


def suggestion_table(rows: Sequence[Row], page: str, written: Collection[str]) -> Markup:
    """Return the table of candidate tests; `written` are those whose text the site shows."""
    return render_table(
        _COLUMNS,
        [_cells(row, page, written) for row in rows],
        caption="Tests that production suggests",
        empty="No flow has ended yet: production suggests no test.",
    )


def _cells(row: Row, page: str, written: Collection[str]) -> list[Cell]:
    kind = row["candidate_kind"]
    words = f"{kind}: {row['error_class']}" if row["error_class"] else kind
    sequence_url = links.sequence_url(row["sequence_id"]) if row["sequence_id"] else None
    key = row["test_candidate_id"]
    evidence = links.lines_url(row["session_id"], row["line_number"]) if row["session_id"] else None
    return [
        count_cell(row["cover_rank"]),
        link_cell(row["sequence_name"], relative_link(page, sequence_url) if sequence_url else None),
        badge_cell(words, _TONES.get(kind, "plain")),
        count_cell(row["new_item_count"]),
        text_cell(", ".join(name.rpartition(".")[2] for name in row["covered_handlers"] or [])),
        text_cell(f"{row['known_input_count']} of {row['input_count']}"),
        count_cell(row["flow_count"]),
        link_cell(f"line {row['line_number']}", relative_link(page, evidence) if evidence else None),
        link_cell("test", relative_link(page, links.generated_tests_url(row["sequence_id"], key)))
        if key in written
        else text_cell(""),
    ]
