"""The table of deviations, as the flows page and the sequence pages show it."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.escape import html_attribute, html_text
from docs_site.html.number_format import format_count, format_pct
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    link_html,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.parts.words import deviation_words, tone
from orchestration.warehouse import Row

_ORDER = {"critical": 2, "warning": 1, "info": 0}
_COLUMNS = (
    Column("Severity"),
    Column("What happened"),
    Column("Sequence"),
    Column("Beat", is_number=True),
    Column("Cases", is_number=True),
    Column("Flows", is_number=True, hint="Flows with such a deviation, of all flows of the sequence"),
    Column("Sessions", is_number=True),
    Column("Examples"),
    Column("Observed"),
    Column("Expected"),
    Column("Topic"),
    Column("Handler"),
    Column("Code"),
    Column("Declared in"),
    Column("First and last seen", "UTC"),
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
        _flows_cell(group),
        count_cell(group["session_count"]),
        Cell(example_links(group["examples"], page), group["deviation_count"], "sl-short"),
        text_cell(group["observed"]),
        text_cell(group["expected"]),
        code_cell(group["topic"]),
        text_cell(group["handler_name"]),
        place_cell(group["code_file_path"], group["code_line_number"], code_url),
        _declaration_cell(group),
        _seen_cell(group),
    ]


def _seen_cell(group: Row) -> Cell:
    first, last = time_cell(group["first_seen_at"]), time_cell(group["last_seen_at"])
    if first.sort_value == last.sort_value:
        return first
    return Cell(first.html + Markup("<br>") + last.html, last.sort_value, "sl-short")


def _flows_cell(group: Row) -> Cell:
    if not group["sequence_id"]:
        return count_cell(None)
    counts = f"{format_count(group['deviating_flow_count'])} of {format_count(group['flow_count'])}"
    words = f"{counts} ({format_pct(group['deviating_pct'])} %)"
    return Cell(text_cell(words).html, group["deviating_pct"])


def _declaration_cell(group: Row) -> Cell:
    file, place = group["declaration_file_path"], group["declaration_json_path"]
    if not file:
        return text_cell(None)
    name = str(file).rsplit("/", 1)[-1]
    words = name if place in (None, "$") else f"{name} {place}"
    return Cell(Markup(f'<code title="{html_attribute(file)}">{html_text(words)}</code>'), f"{file} {place or ''}")
