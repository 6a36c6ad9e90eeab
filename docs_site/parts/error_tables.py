"""Tables of error groups, as the errors page and the pages of handlers and sequences show them."""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    link_html,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.code_places import place_cell
from orchestration.warehouse import Row

_COLUMNS = (
    Column("Error"),
    Column("Harmed", is_number=True, hint="Flows in which something failed, or requests that were lost"),
    Column("Errors", is_number=True, hint="Root errors; what follows from them is not counted"),
    Column("Follow", is_number=True, hint="Records that only repeat or follow from these errors"),
    Column("Sessions", is_number=True),
    Column("Trend"),
    Column("Handler"),
    Column("Code"),
    Column("Sequences"),
    Column("Tests", is_number=True, hint="Test files that import or name the handler"),
    Column("First seen", "UTC"),
    Column("Last seen", "UTC"),
)
_TRENDS = {"new": "critical", "rising": "critical", "falling": "good", "gone": "good"}
# Names of error classes on the site; signals stand for errors without a class.
_CLASS_WORDS = {
    "network_failed": "network", "warning_logged": "warning", "error_logged": "error", "handler_failed": "no class",
    "plugin_missing": "missing plugin", "sequence_missing": "missing sequence", "topic_unknown": "unknown topic",
    "emission_blocked": "blocked event", "beat_failed": "no class", "flow_failed": "no class",
}  # fmt: skip
_LONGEST_TITLE = 110
MOST_CLASSES = 10


def class_words(error_class: str | None) -> str:
    """Return an error class as the site calls it."""
    return _CLASS_WORDS.get(error_class or "", (error_class or "no class").replace("unnamed_", ""))


def short_title(group: Row) -> str:
    """Return a group's title, cut where it gets longer than two lines of a table."""
    title = " ".join((group["title"] or "an error without words").split())
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "\u2026"


def group_table(groups: Sequence[Row], page: str, options: SiteOptions, *, caption: str, empty: str) -> Markup:
    """Return the table of error groups in the order given."""
    return render_table(_COLUMNS, [_row(group, page, options) for group in groups], caption=caption, empty=empty)


def class_matrix(groups: Sequence[Row], page: str) -> Markup:
    """Return handlers x error classes; each number leads to its group, or to the largest and the others behind it."""
    errors = [group for group in groups if group["severity"] == "error"]
    classes = _by_size(errors, lambda group: class_words(group["error_class"]))[:MOST_CLASSES]
    rows = []
    for handler in _by_size(errors, lambda group: group["handler_name"] or ""):
        of_handler = [group for group in errors if (group["handler_name"] or "") == handler]
        handler_id = of_handler[0]["handler_id"]
        address = links.relative_link(page, links.handler_url(handler_id)) if handler_id else None
        cells = [link_cell(handler or "no handler", address)]
        cells += [
            _class_cell([g for g in of_handler if class_words(g["error_class"]) == name], page) for name in classes
        ]
        rows.append([*cells, count_cell(sum(group["error_count"] for group in of_handler))])
    columns = (Column("Handler"), *(Column(name, is_number=True) for name in classes), Column("All", is_number=True))
    return render_table(columns, rows, caption="Handlers by error class", empty="No errors.")


def _by_size(groups: Sequence[Row], name: Callable[[Row], str]) -> list[str]:
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[name(group)] = sizes.get(name(group), 0) + group["error_count"]
    return sorted(sizes, key=lambda key: (-sizes[key], key))


def _class_cell(groups: Iterable[Row], page: str) -> Cell:
    found = sorted(groups, key=lambda group: -group["error_count"])
    parts = [
        link_html(str(group["error_count"]), links.relative_link(page, links.error_group_url(group["error_group_id"])))
        for group in found
    ]
    return Cell(Markup(" + ").join(parts), sum(group["error_count"] for group in found) or None)


def _row(group: Row, page: str, options: SiteOptions) -> list[Cell]:
    handler = links.relative_link(page, links.handler_url(group["handler_id"])) if group["handler_id"] else None
    address = links.relative_link(page, links.error_group_url(group["error_group_id"]))
    return [
        # In an element of its own: links that stand alone in a cell never wrap.
        Cell(
            Markup('<span class="sl-error-title">') + link_html(short_title(group), address) + Markup("</span>"),
            short_title(group),
            "sl-words",
        ),
        count_cell(group["harm_count"]),
        count_cell(group["error_count"]),
        count_cell(group["consequence_count"]),
        count_cell(group["session_count"]),
        badge_cell(group["trend"], _TRENDS.get(group["trend"] or "", "plain")),
        link_cell(group["handler_name"], handler),
        place_cell(group["code_file_path"], group["code_line_number"], options.code_url),
        text_cell(group["sequence_names"]),
        count_cell(group["test_file_count"] if group["handler_id"] else None),
        time_cell(group["first_seen_at"]),
        time_cell(group["last_seen_at"]),
    ]
