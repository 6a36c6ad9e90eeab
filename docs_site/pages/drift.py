"""The drift page: where declarations disagree with the code, with each other, or with production."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.parts.words import plain_words, tone
from docs_site.queries.drift import is_open, load_drift
from docs_site.queries.window import load_window
from orchestration.warehouse import Row

_COLUMNS = (
    Column("Severity"),
    Column("Drift"),
    Column("Of"),
    Column("Plugin"),
    Column("Declared"),
    Column("Found"),
    Column("Seen", is_number=True, hint="Executions, flows or publications; 0 when production never did it"),
    Column("Sessions", is_number=True),
    Column("Last seen", "UTC"),
    Column("Line", is_number=True),
    Column("Declared in"),
    Column("Code"),
)
_ACCEPTED = (*_COLUMNS, Column("Accepted because"))


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the drift page."""
    page, rows = links.DRIFT, load_drift(warehouse)
    opened = [row for row in rows if is_open(row)]
    accepted = [row for row in rows if row["is_accepted"]]
    notes = [row for row in rows if not is_open(row) and not row["is_accepted"]]
    window = load_window(warehouse)
    empty = f"Nothing declared disagrees with the code or with {window.sentence}."
    body = render(
        "drift.md.jinja",
        page,
        window=window,
        opened=drift_table(opened, page, options, empty, "Open drift"),
        accepted=drift_table(accepted, page, options, "No drift is accepted.", "Accepted drift"),
        notes=drift_table(notes, page, options, "Everything declared was seen.", "Declared and not seen, and notes"),
        counts=[(plain_words(name), count) for name, count in Counter(row["drift_class"] for row in opened).items()],
        open_count=len(opened),
        accepted_count=len(accepted),
        note_count=len(notes),
    )
    yield Page(page, "Drift", body)


def drift_table(rows: Sequence[Row], page: str, options: SiteOptions, empty: str, caption: str) -> Markup:
    """List disagreements; why accepted, when one of them is."""
    is_accepted = any(row["is_accepted"] for row in rows)
    cells = [_row(row, page, options) + ([text_cell(row["accepted_reason"])] if is_accepted else []) for row in rows]
    return render_table(_ACCEPTED if is_accepted else _COLUMNS, cells, caption=caption, empty=empty)


def _row(row: Row, page: str, options: SiteOptions) -> list[Cell]:
    session, line = row["example_session_id"], row["example_line_number"]
    return [
        badge_cell(row["severity"], tone(row["severity"])),
        text_cell(plain_words(row["drift_class"])),
        _subject_cell(row, page),
        text_cell(row["plugin_name"]),
        text_cell(row["declared"]),
        text_cell(row["found"]),
        count_cell(row["occurrence_count"]),
        count_cell(row["session_count"]),
        time_cell(row["last_seen_at"]),
        count_cell(line, links.relative_link(page, links.lines_url(session, line)) if session and line else None),
        code_cell(row["declaration_file_path"]),
        place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
    ]


def _subject_cell(row: Row, page: str) -> Cell:
    for name, identifier, address in (
        (row["handler_name"], row["handler_id"], links.handler_url),
        (row["topic"], row["topic_id"], links.topic_url),
        (row["sequence_name"], row["sequence_id"], links.sequence_url),
    ):
        if name:
            return link_cell(name, links.relative_link(page, address(identifier)) if identifier else None)
    return text_cell(None)
