"""Parts of the flows page: how many flows were validated, how well sequences fit, unusual times, accepted exceptions.

Each gives a table from its own query. The page itself and the deviations are in flows.py and deviation_table.py.
"""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import NOTHING
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    html_cell,
    link_cell,
    link_html,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.parts.words import deviation_words, plain_words
from docs_site.queries.validation import load_fitness
from orchestration.warehouse import Row, load_rows

_STATES = {
    "validated": "compared with the declared sequence, beat by beat",
    "never_started": "not compared: it never started, so there is nothing to compare",
    "not_declared": "not compared: nobody declares its sequence",
    "no_beats_declared": "not compared: its declaration lists no beats",
}
_ACCEPTED = """
select * from reports.rpt_accepted_deviations order by accepted_file_name, entry_number
"""
_ACCEPTANCE_WORDS = {
    "in_use": ("in use", "good"),
    "unused": ("accepts nothing that was seen", "warning"),
    "expired": ("has run out", "warning"),
    "unknown_class": ("names no class there is", "critical"),
    "unknown_sequence": ("names no sequence there is", "critical"),
}


def validation_table(rows: Sequence[Row]) -> Markup:
    """Return how many of the flows seen were validated, and why the others were not."""
    columns = (
        Column("Flows", is_number=True),
        Column("Share of flows seen", "%", True),
        Column("As declared", is_number=True),
        Column("Sessions", is_number=True),
        Column("What was done"),
    )
    cells = [
        [
            count_cell(row["flow_count"]),
            pct_cell(row["flow_pct"]),
            count_cell(row["conformant_flow_count"]),
            count_cell(row["session_count"]),
            text_cell(_STATES.get(row["validation_state"], plain_words(row["validation_state"]))),
        ]
        for row in rows
        if row["flow_count"]
    ]
    return render_table(columns, cells, caption="Flows validated", empty="No flow was seen, so none was validated.")


def fitness_table(warehouse: Path, page: str) -> Markup:
    """Return the measures of every sequence that ran, least fitting first."""
    columns = (
        Column("Sequence"),
        Column("Ended flows", is_number=True, hint="Only these count: an unfinished flow is not late yet"),
        Column("Cost 0", is_number=True, hint="Flows that equal the declaration beat by beat"),
        Column("Fitness, mean", is_number=True, hint="1: nothing missing, nothing more"),
        Column("Fitness, by beats", is_number=True, hint="Long flows weigh more"),
        Column("Precision", is_number=True, hint="1: flows do all that the declaration allows"),
        Column("Generalisation", is_number=True, hint="Near 1: seen often enough to believe"),
        Column("Beats never run", is_number=True),
        Column("Variants", is_number=True),
        Column("Retries", is_number=True),
    )
    cells = [
        [
            link_cell(row["sequence_name"], links.relative_link(page, links.sequence_url(row["sequence_id"]))),
            count_cell(row["ended_flow_count"]),
            count_cell(row["fitting_flow_count"]),
            *(measure_cell(row[name]) for name in ("mean_fitness", "log_fitness", "precision", "generalisation")),
            count_cell(row["unseen_beat_count"]),
            count_cell(row["variant_count"]),
            count_cell(row["retry_count"]),
        ]
        for row in load_fitness(warehouse)
        if row["flow_count"]
    ]
    return render_table(columns, cells, caption="Fitness by sequence", empty="No flow of a declared sequence was seen.")


def measure_cell(value: float | None) -> Cell:
    """Show a measure between 0 and 1; 1 only when exact."""
    return Cell(Markup(format_measure(value)), value)


def format_measure(value: float | None) -> str:
    """Return a measure with three decimals, cut rather than rounded up to 1."""
    if value is None:
        return NOTHING
    return "1" if value == 1 else f"{min(value, 0.9994):.3f}"


def temporal_table(rows: Sequence[Row], page: str, empty: str = "No time between beats was unusual.") -> Markup:
    """Return the unusual times between beats, with both their lines."""
    columns = (
        Column("Sequence"),
        Column("From"),
        Column("To"),
        Column("Took", "ms", True),
        Column("Usual", "ms", True, "Median of other sessions at this session's pace"),
        Column("Deviations away", is_number=True, hint="Of ln(ms + 1), from the median; more than 6 is unusual"),
        Column("n", is_number=True, hint="Executions in other sessions"),
        Column("Lines"),
    )
    cells = [
        [
            link_cell(row["sequence_name"], links.relative_link(page, links.sequence_url(row["sequence_id"]))),
            text_cell(row["topic"]),
            text_cell(row["next_topic"]),
            number_cell(row["elapsed_ms"]),
            number_cell(row["expected_ms"]),
            number_cell(row["z_score"]),
            count_cell(row["training_execution_count"]),
            html_cell(_line_links(row, page)),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Unusual times", empty=empty)


def accepted_table(warehouse: Path) -> Markup:
    """Return the exceptions: what they accept, and those that accept nothing."""
    columns = (
        Column("State"),
        Column("Class"),
        Column("Sequence"),
        Column("Beat or topic"),
        Column("Accepts", is_number=True),
        Column("Sessions", is_number=True),
        Column("Reason"),
        Column("Since"),
        Column("Until"),
        Column("Stands in"),
    )
    return render_table(
        columns,
        [_accepted_row(row) for row in load_rows(warehouse, _ACCEPTED)],
        caption="Accepted exceptions",
        empty="No exception is written down: every deviation counts.",
    )


def _accepted_row(row: Row) -> list[Cell]:
    words, tone = _ACCEPTANCE_WORDS.get(row["acceptance_state"], (row["acceptance_state"], "plain"))
    return [
        badge_cell(words, tone),
        text_cell("any" if row["deviation_class"] == "*" else deviation_words(row["deviation_class"])),
        text_cell(_any(row["sequence_pattern"])),
        text_cell(_any(row["place_pattern"])),
        count_cell(row["accepted_deviation_count"]),
        count_cell(row["session_count"]),
        text_cell(row["reason"]),
        text_cell(_day(row["accepted_on"])),
        text_cell(_day(row["accepted_until"])),
        text_cell(f"{row['accepted_file_name']}, {row['entry_number']}"),
    ]


def _any(pattern: str) -> str:
    return "any" if pattern == "*" else pattern


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _line_links(row: Row, page: str) -> Markup:
    parts = [
        link_html(f"line {number}", links.relative_link(page, links.lines_url(row["session_id"], number)))
        for number in (row["line_number"], row["next_line_number"])
        if number is not None
    ]
    return Markup(", ").join(parts)
