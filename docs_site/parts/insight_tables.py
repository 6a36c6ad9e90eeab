"""Recommendations as tables: on a session's page the causes that explain it, on a handler's page what is to do."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.tables import Cell, Column, count_cell, link_html, number_cell, render_table, text_cell
from docs_site.parts.code_places import place_cell
from docs_site.parts.insight_words import cut, fix_words, formula, headline, outcome_words, symptom_words
from orchestration.warehouse import Row


def cause_table(causes: Sequence[Row], page: str, code_url: str | None) -> Markup:
    """Return what explains a session, the likeliest first."""
    columns = (
        Column("No.", is_number=True),
        Column("Cause"),
        Column("Sequence"),
        Column("Seen"),
        Column("Symptoms", is_number=True),
        Column("Likeliness", is_number=True, hint="confidence x specificity x ln(1 + assumed harm in seconds)"),
        Column("Line", is_number=True),
        Column("Code"),
    )
    rows = [
        [
            count_cell(row["cause_number"]),
            _cause_cell(row, page),
            text_cell(row["sequence_name"]),
            text_cell(row["observed"]),
            count_cell(row["symptom_count"]),
            number_cell(row["cause_score"]),
            count_cell(row["line_number"], _line(row, page)),
            place_cell(row["code_file_path"], row["code_line_number"], code_url),
        ]
        for row in causes
    ]
    empty = "Nothing went wrong in this session that would need an explanation."
    return render_table(columns, rows, caption="What explains this session", empty=empty)


def handler_table(recommendations: Sequence[Row], page: str) -> Markup:
    """Return the recommendations that name a handler."""
    columns = (
        Column("Rank", is_number=True),
        Column("What to do"),
        Column("Kind"),
        Column("Seen"),
        Column("Gain x confidence / effort"),
        Column("Outcome"),
    )
    rows = [
        [
            count_cell(row["recommendation_number"]),
            _cause_cell(row, page),
            text_cell(fix_words(row["fix_class"])),
            text_cell(cut(symptom_words(row))),
            Cell(text_cell(formula(row)).html, row["score"]),
            text_cell(outcome_words(row["outcome"])),
        ]
        for row in recommendations
    ]
    return render_table(columns, rows, caption="Recommendations", empty="Nothing is recommended for this handler.")


def _cause_cell(row: Row, page: str) -> Cell:
    # Inside an element of its own the link may break into lines: a headline is longer than a name.
    words = headline(row)
    return Cell(Markup("<span>{}</span>").format(link_html(words, _address(row, page))), words, "sl-words")


def _address(row: Row, page: str) -> str:
    return links.relative_link(page, links.recommendation_url(row["recommendation_id"]))


def _line(row: Row, page: str) -> str | None:
    if row["line_number"] is None:
        return None
    return links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
