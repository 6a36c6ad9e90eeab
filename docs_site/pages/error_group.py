"""A page per error group: what failed, why it is one error, where in the code, what went before, what it did.

Every part is a table or a text made of log text: escaped where it is made. The list of groups is pages/errors.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.errors import sessions_figure
from docs_site.html import links
from docs_site.html.escape import html_text
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.parts.code_places import place_html
from docs_site.parts.error_group_tables import (
    breadcrumb_table,
    commit_table,
    consequence_table,
    exemplar_table,
    lift_table,
    test_table,
)
from docs_site.parts.error_tables import class_words, short_title
from docs_site.queries.error_groups import load_group_facts
from docs_site.queries.window import load_window
from orchestration.warehouse import Row

_STYLE = ("errors.css",)
# A browser's stack goes on through its own event loop: what is below these lines tells nothing more.
_MOST_STACK_LINES = 40


def build_group_pages(
    warehouse: Path,
    groups: Sequence[Row],
    sessions: Sequence[Row],
    counts: Mapping[str, Sequence[Row]],
    options: SiteOptions,
) -> Iterator[Page]:
    """Build the page of every group."""
    window = load_window(warehouse)
    facts = load_group_facts(warehouse)
    for group in groups:
        identifier = group["error_group_id"]
        page = links.error_group_url(identifier)
        of_group = {name: rows.get(identifier, []) for name, rows in facts.items()}
        figure = sessions_figure(group, sessions, counts.get(identifier, ()), page)
        body = render(
            "error_group.md.jinja",
            page,
            window=window,
            group=group,
            class_words=class_words(group["error_class"]),
            place=place_html(group["code_file_path"], group["code_line_number"], options.code_url),
            thrown_place=place_html(group["thrown_file_path"], group["thrown_line_number"], options.code_url)
            if group["thrown_file_path"]
            else None,
            is_thrown_place=_is_thrown_place(group),
            handler_place=place_html(
                group["handler_code_file_path"], group["handler_code_line_number"], options.code_url
            ),
            stack=stack_html(of_group["stack"][0] if of_group["stack"] else None),
            figure_drawn=figure,
            breadcrumbs=breadcrumb_table(of_group["breadcrumbs"], page),
            lift=lift_table(of_group["lift"], page),
            tests=test_table(of_group["tests"]),
            commits=commit_table(of_group["commits"]),
            exemplars=exemplar_table(of_group["exemplars"], page),
            consequences=consequence_table(of_group["consequences"], page),
            links=links,
        )
        yield Page(page, short_title(group), body, (*_STYLE, *FIGURE_ASSETS) if figure else _STYLE)


def stack_html(example: Row | None) -> Markup | None:
    """Return the example's stack, the application's top frame marked."""
    if example is None or not example["detail"]:
        return None
    lines = str(example["detail"]).splitlines()
    is_marked = False
    shown = []
    for line in lines[:_MOST_STACK_LINES]:
        is_top = not is_marked and _is_frame(line, example)
        is_marked = is_marked or is_top
        text = html_text(line)
        shown.append(f"<mark>{text}</mark>" if is_top else text)
    if len(lines) > _MOST_STACK_LINES:
        shown.append(html_text(f"\u2026 {len(lines) - _MOST_STACK_LINES} more lines"))
    return Markup('<pre class="sl-code sl-stack"><code>' + "\n".join(shown) + "</code></pre>")


def _is_thrown_place(group: Row) -> bool:
    """Tell whether the place of the group is where its errors were thrown, not where its handler is defined."""
    place = (group["code_file_path"], group["code_line_number"])
    return bool(group["thrown_file_path"]) and place == (group["thrown_file_path"], group["thrown_line_number"])


def _is_frame(line: str, example: Row) -> bool:
    if not example["frame_file_name"]:
        return False
    place = f"{example['frame_file_name']}:{example['frame_line_number']}"
    return place in line and (example["frame_function_name"] or "") in line
