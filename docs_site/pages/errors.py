"""The errors page: what to look at first, every group of errors by the harm it did, handlers by error class.

A page per group is made by pages/error_group.py.
"""

from collections.abc import Iterator
from pathlib import Path

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.errors import groups_figure
from docs_site.html import links
from docs_site.html.number_format import format_count, plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.pages.error_group import build_group_pages
from docs_site.parts.error_tables import class_matrix, group_table, short_title
from docs_site.queries.error_groups import load_error_groups, load_group_sessions
from docs_site.queries.window import Window, load_window
from orchestration.warehouse import Row, load_rows

_TOTALS = """
select count(*) filter (where severity = 'error' and not coalesce(is_consequence, false)) as error_count,
       count(*) filter (where severity = 'warning' and not coalesce(is_consequence, false)) as warning_count,
       count(*) filter (where is_consequence) as consequence_count,
       count(distinct session_id) filter (where severity = 'error') as session_count,
       count(distinct handler_name) filter (where error_kind = 'handler_failed') as handler_count
from marts.fct_errors
"""
_FIRST = 3


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the errors page and the pages of all groups."""
    page = links.ERRORS
    groups = load_error_groups(warehouse)
    window = load_window(warehouse)
    sessions, counts = load_group_sessions(warehouse)
    errors = [group for group in groups if group["severity"] == "error"]
    warnings = [group for group in groups if group["severity"] != "error"]
    figure = groups_figure(groups, sessions, counts, page)
    body = render(
        "errors.md.jinja",
        page,
        window=window,
        totals=load_rows(warehouse, _TOTALS)[0],
        group_count=len(errors),
        warning_group_count=len(warnings),
        first=[_first(group, window) for group in errors[:_FIRST]],
        figure_drawn=figure,
        errors=group_table(errors, page, options, caption="Error groups", empty=f"No errors in {window.sentence}."),
        warnings=group_table(
            warnings, page, options, caption="Warning groups", empty=f"No warnings in {window.sentence}."
        ),
        matrix=class_matrix(groups, page),
        links=links,
    )
    yield Page(page, "Errors", body, FIGURE_ASSETS if figure else ())
    yield from build_group_pages(warehouse, groups, sessions, counts, options)


def _first(group: Row, window: Window) -> dict[str, object]:
    """Say a group in two lines: what failed, and what it did."""
    return {
        "title": short_title(group),
        "address": links.error_group_url(group["error_group_id"]),
        "why": harm_sentence(group, window.session_count),
    }


def harm_sentence(group: Row, session_count: int) -> str:
    """Say what a group's errors did, in one sentence with its n."""
    parts = [
        f"{plural(group['error_count'], 'error')} in {format_count(group['session_count'])} of "
        f"{plural(session_count, 'session')}"
    ]
    if group["lost_flow_count"]:
        parts.append(f"{plural(group['lost_flow_count'], 'flow')} did not complete")
    elif group["harmed_flow_count"]:
        parts.append(f"{plural(group['harmed_flow_count'], 'flow')} went on without the handler's work")
    elif group["lost_request_count"]:
        parts.append(f"{plural(group['lost_request_count'], 'request')} lost")
    else:
        parts.append("no flow failed with it")
    if group["lost_action_count"]:
        parts.append(f"{plural(group['lost_action_count'], 'action')} of users lost")
    return "; ".join(parts) + "."
