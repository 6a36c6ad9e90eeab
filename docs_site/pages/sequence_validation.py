"""What the validator says of one sequence: measures with their meaning, variants, topics and routes.

The page is put together in sequences.py; the figures come from reports.rpt_sequence_fitness and fct_flow_variants.
"""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import format_count, plural
from docs_site.html.tables import (
    Cell,
    Column,
    code_cell,
    count_cell,
    html_cell,
    link_html,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.pages.flow_sections import format_measure, measure_cell
from docs_site.pages.topic_routes import ROUTE_COLUMNS, route_cells
from orchestration.warehouse import Row


def measures_table(fitness: Row | None, conformance: Row) -> Markup:
    """Return each measure with its value, what it is of, and what it says in plain words."""
    columns = (Column("Measure"), Column("Value", is_number=True), Column("Of"), Column("Says"))
    if not fitness or not fitness["flow_count"]:
        rows: list[list[Cell]] = []
    else:
        rows = [_conformance_row(conformance), *_measure_rows(fitness)]
    return render_table(columns, rows, caption="Conformance", empty="No flow of this sequence was seen to measure.")


def _conformance_row(conformance: Row) -> list[Cell]:
    conforming = format_count(conformance["conformant_flow_count"])
    return [
        text_cell("As declared"),
        Cell(Markup(f"{pct_cell(conformance['conformance_pct']).html} %"), conformance["conformance_pct"]),
        text_cell(f"{conforming} of {plural(conformance['flow_count'], 'flow')}"),
        text_cell("flows without a deviation of severity warning or critical; accepted ones do not count"),
    ]


def _measure_rows(fitness: Row) -> list[list[Cell]]:
    ended = plural(fitness["ended_flow_count"], "ended flow")
    missed = fitness["unseen_beat_count"] or 0
    return [
        [
            text_cell("Order as declared"),
            Cell(Markup(f"{pct_cell(fitness['fitting_pct']).html} %"), fitness["fitting_pct"]),
            text_cell(f"{format_count(fitness['fitting_flow_count'])} of {ended}"),
            text_cell("flows that equal the declaration beat by beat; a failed beat in its place is in order"),
        ],
        [
            text_cell("Fitness"),
            measure_cell(fitness["mean_fitness"]),
            text_cell(f"mean of {ended}"),
            text_cell(
                "how much of each flow the declaration explains: 1 nothing missing and nothing more, 0 nothing in "
                f"common; by beats, so that long flows weigh more, {format_measure(fitness['log_fitness'])}"
            ),
        ],
        [
            text_cell("Precision"),
            measure_cell(fitness["precision"]),
            text_cell(ended),
            text_cell(
                "how much of what the declaration allows is really done: 1 all of it; below 1 only where beats are "
                "declared parallel, as a fixed order allows one next beat"
            ),
        ],
        [
            text_cell("Generalisation"),
            measure_cell(fitness["generalisation"]),
            text_cell(ended),
            text_cell("how far what was seen can be relied on: 4 runs of every beat give 0.5, 100 runs 0.9"),
        ],
        [
            text_cell("Beats never run"),
            count_cell(missed),
            text_cell(ended),
            text_cell("declared beats no ended flow ran where they were due"),
        ],
    ]


def variant_table(variants: Sequence[Row], page: str) -> Markup:
    """Return the distinct orders of beats, with how far each is from the declared one."""
    columns = (
        Column("Flows", is_number=True),
        Column("Share", "%", True),
        Column("As declared", is_number=True),
        Column("Completed", is_number=True),
        Column("Sessions", is_number=True),
        Column("Beats in order"),
        Column("Cost", is_number=True, hint="Beats missing or too many, in the cheapest explanation"),
        Column("Fitness", is_number=True, hint="1: exactly as declared"),
        Column("Example"),
    )
    total = sum(row["flow_count"] for row in variants)
    cells = [
        [
            count_cell(row["flow_count"]),
            pct_cell(100 * row["flow_count"] / total),
            count_cell(row["conformant_count"]),
            count_cell(row["completed_count"]),
            count_cell(row["session_count"]),
            text_cell(row["beats"] or "no beat: it never started"),
            count_cell(row["alignment_cost"]),
            measure_cell(row["fitness"]),
            html_cell(_example(row, page)),
        ]
        for row in variants
    ]
    return render_table(columns, cells, caption="Variants", empty="No flow of this sequence was seen.")


def _example(row: Row, page: str) -> Markup:
    lines = links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
    timeline = links.relative_link(page, links.timeline_url(row["session_id"], row["flow_id"]))
    return link_html(f"line {row['line_number']}", lines) + Markup(" (") + link_html("timeline", timeline) + Markup(")")


def route_table(routes: Sequence[Row], page: str) -> Markup:
    """Return the routes that lead to this sequence."""
    cells = [[code_cell(row["topic"]), *route_cells(row, page)] for row in routes]
    return render_table(
        ROUTE_COLUMNS, cells, caption="Routes to this sequence", empty="No topic is declared or was seen to start it."
    )
