"""The table of deviations, as the flows page and the sequence pages show it."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from docs_site import links
from docs_site.code_places import place_cell
from docs_site.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    link_html,
    render_table,
    text_cell,
)
from docs_site.warehouse import Row
from docs_site.words import deviation_words, tone

_ORDER = {"critical": 2, "warning": 1, "info": 0}
_COLUMNS = (
    Column("Severity"),
    Column("What happened"),
    Column("Sequence"),
    Column("Beat", is_number=True),
    Column("Cases", is_number=True),
    Column("Sessions", is_number=True),
    Column("Examples"),
    Column("Expected"),
    Column("Observed"),
    Column("Topic"),
    Column("Handler"),
    Column("Code"),
)


def deviation_table(groups: Sequence[Row], page: str, code_url: str | None, empty: str, caption: str) -> Markup:
    """Return the table of deviation groups."""
    return render_table(_COLUMNS, [_row(group, page, code_url) for group in groups], caption=caption, empty=empty)


def example_links(examples: Iterable[Row] | None, page: str) -> Markup:
    """Return links to the lines of examples, and to the timeline of their flow."""
    parts: list[Markup] = []
    for example in examples or ():
        lines = links.relative_link(page, links.lines_url(example["session_id"], example["line_number"]))
        parts.append(link_html(f"line {example['line_number']}", lines))
        if example.get("flow_id"):
            timeline = links.relative_link(page, links.timeline_url(example["session_id"], example["flow_id"]))
            parts[-1] += Markup(" (") + link_html("timeline", timeline) + Markup(")")
    return Markup("<br>").join(parts)


def _row(group: Row, page: str, code_url: str | None) -> list[Cell]:
    sequence = links.relative_link(page, links.sequence_url(group["sequence_id"])) if group["sequence_id"] else None
    return [
        badge_cell(group["severity"], tone(group["severity"]), _ORDER.get(group["severity"], 0)),
        text_cell(deviation_words(group["deviation_class"])),
        link_cell(group["sequence_name"], sequence),
        count_cell(group["beat_number"]),
        count_cell(group["deviation_count"]),
        count_cell(group["session_count"]),
        Cell(example_links(group["examples"], page), group["deviation_count"], "sl-short"),
        text_cell(group["expected"]),
        text_cell(group["observed"]),
        code_cell(group["topic"]),
        text_cell(group["handler_name"]),
        place_cell(group["code_file_path"], group["code_line_number"], code_url),
    ]
