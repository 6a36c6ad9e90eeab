"""The errors page, first form: what failed, grouped by class, message and handler, with the lines that say so."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site import links
from docs_site.code_places import place_cell
from docs_site.deviation_table import example_links
from docs_site.page import Page
from docs_site.queries.error_groups import load_error_groups
from docs_site.queries.window import load_window
from docs_site.render import render
from docs_site.site_options import SiteOptions
from docs_site.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.warehouse import Row, load_rows
from docs_site.words import tone

_TOTALS = """
select count(*) filter (where severity = 'error') as error_count,
       count(*) filter (where severity = 'warning') as warning_count,
       count(*) filter (where is_consequence) as consequence_count,
       count(distinct session_id) filter (where severity = 'error') as session_count,
       count(distinct handler_name) filter (where severity = 'error') as handler_count
from marts.fct_errors
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the errors page."""
    page = links.ERRORS
    groups = load_error_groups(warehouse)
    window = load_window(warehouse)
    errors = [group for group in groups if group["severity"] == "error"]
    warnings = [group for group in groups if group["severity"] != "error"]
    body = render(
        "errors.md.jinja",
        page,
        window=window,
        totals=load_rows(warehouse, _TOTALS)[0],
        group_count=len(errors),
        errors=error_table(errors, page, options, f"No errors in {window.sentence}.", "Error groups"),
        warnings=error_table(warnings, page, options, f"No warnings in {window.sentence}.", "Warning groups"),
    )
    yield Page(page, "Errors", body)


_COLUMNS = (
    Column("Severity"),
    Column("Class"),
    Column("Message"),
    Column("Count", is_number=True),
    Column("Sessions", is_number=True),
    Column("Examples"),
    Column("Handler"),
    Column("Code"),
    Column("Sequences"),
    Column("First seen", "UTC"),
    Column("Last seen", "UTC"),
)


def error_table(groups: Sequence[Row], page: str, options: SiteOptions, empty: str, caption: str) -> Markup:
    """Return the table of error groups."""
    return render_table(_COLUMNS, [_row(group, page, options) for group in groups], caption=caption, empty=empty)


def _row(group: Row, page: str, options: SiteOptions) -> list[Cell]:
    handler = links.relative_link(page, links.handler_url(group["handler_id"])) if group["handler_id"] else None
    return [
        badge_cell(group["severity"], tone(group["severity"])),
        text_cell(group["error_class"]),
        text_cell(group["message"]),
        count_cell(group["error_count"]),
        count_cell(group["session_count"]),
        Cell(example_links(group["examples"], page), group["error_count"], "sl-short"),
        link_cell(group["handler_name"], handler),
        place_cell(group["code_file_path"], group["code_line_number"], options.code_url),
        text_cell(group["sequence_names"]),
        time_cell(group["first_at"]),
        time_cell(group["last_at"]),
    ]
