"""HTML tables: numbers to the right, units in the header, sortable and filterable by assets/tables.js.

Markdown never sees them, which is faster and safer for rows made of log text. Cells are built by the functions here
only; each escapes what it is given. Which columns a page shows belongs to the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from markupsafe import Markup

from docs_site.html.escape import firm_cell, html_attribute, html_text, safe_href
from docs_site.html.number_format import NOTHING, format_count, format_number, format_pct, format_time

# Below this a filter box is more in the way than of use.
_FILTER_FROM_ROWS = 9
# A page must stay below 6 MB and open within 2 s.
MOST_ROWS = 4000
_SHORT_TEXT = 32
# Longer than the longest name anybody wrote by hand: it may be broken anywhere.
_WALL = re.compile(r"\S{64}")
_LONG_TEXT = 160
_MOST_TEXT = 4000


Kind = Literal["text", "code", "number", "count", "pct", "time", "badge"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `unit` is shown in the header, `hint` on hover; numbers stand right."""

    title: str
    unit: str = ""
    is_number: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: finished HTML, and the value to sort by (None sorts last).

    The rest is for docs_site/html/paged_table.py, where a browser makes the HTML: what kind of value this is, where it
    leads, the colour of a badge, and the whole text or the milliseconds of a time where that is not what is sorted by.
    """

    html: Markup
    sort_value: float | str | None
    css_class: str = ""
    kind: Kind = "text"
    address: str | None = None
    tone: str = ""
    value: float | str | None = None


class TableRenderer(Protocol):
    """Makes a table: `render_table`, or one that puts long ones beside the page (docs_site/html/paged_table.py)."""

    def __call__(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, caption: str, empty: str, name: str = ""
    ) -> Markup:
        """Return the table's HTML."""


def text_cell(text: str | None) -> Cell:
    """Show a text, or a dash; of a very long one the beginning, the rest on demand."""
    if text and len(text) > _LONG_TEXT:
        start, rest = html_text(text[:_LONG_TEXT]), html_text(text[_LONG_TEXT:_MOST_TEXT])
        html = Markup(f"{start}\u2026<details><summary>show all</summary>\u2026{rest}</details>")
        return Cell(html, text[:_LONG_TEXT], _room(text), value=text[:_MOST_TEXT])
    return Cell(Markup(html_text(text or NOTHING)), text, _room(text or ""))


def _room(text: str) -> str:
    """Return the class of a text's cell: a name stays on one line, a sentence is no column of words, no word a wall."""
    if _WALL.search(text):
        return "sl-words sl-long"
    return "sl-words" if len(text) > _SHORT_TEXT else "sl-short"


def code_cell(text: str | None) -> Cell:
    """Show a text in the code font."""
    return Cell(Markup(f"<code>{html_text(text)}</code>" if text else NOTHING), text, kind="code")


def link_cell(text: str | None, address: str | None, css_class: str = "") -> Cell:
    """Show a text as a link; without an address as text."""
    return Cell(link_html(text or NOTHING, address, css_class), text, address=address)


def count_cell(value: int | None, address: str | None = None) -> Cell:
    """Show a whole number."""
    return Cell(link_html(format_count(value), address), value, kind="count", address=address)


def number_cell(value: float | None, address: str | None = None) -> Cell:
    """Show a measured number, such as milliseconds, with about three significant digits."""
    return Cell(link_html(format_number(value), address), value, kind="number", address=address)


def pct_cell(value: float | None) -> Cell:
    """Show a percentage; its sign is in the header."""
    return Cell(Markup(html_text(format_pct(value))), value, kind="pct")


def bar_cell(value: float | None, of: float) -> Cell:
    """Show a percentage with a bar of its share of `of` behind it."""
    width = 0.0 if value is None or of <= 0 else max(0.0, min(100.0, 100 * value / of))
    html = f'<span class="sl-bar" style="--w:{width:.1f}%">{html_text(format_pct(value))}</span>'
    return Cell(Markup(html), value)


def time_cell(moment: datetime | None) -> Cell:
    """Show a UTC time."""
    if moment is None:
        return Cell(Markup(NOTHING), None, kind="time")
    html = Markup(f'<time datetime="{moment.isoformat()}">{format_time(moment)}</time>')
    return Cell(html, moment.isoformat(), "sl-short", kind="time", value=round(moment.timestamp() * 1000, 3))


def badge_cell(word: str | None, tone: str, sort_value: float | str | None = None) -> Cell:
    """Show a word as a badge; `tone` is one of good, info, warning, critical, plain."""
    shown = word or NOTHING
    return Cell(
        badge_html(shown, tone), word if sort_value is None else sort_value, kind="badge", tone=tone, value=shown
    )


def html_cell(html: Markup, sort_value: float | str | None = None) -> Cell:
    """Show HTML that is already safe."""
    return Cell(html, sort_value)


def badge_html(word: str, tone: str) -> Markup:
    """Return a badge."""
    return Markup(f'<span class="sl-badge sl-{html_attribute(tone)}">{html_text(word)}</span>')


def link_html(text: str, address: str | None, css_class: str = "") -> Markup:
    """Return a link, or the text alone where there is nowhere to go."""
    href = safe_href(address) if address else None
    if href is None:
        return Markup(html_text(text))
    classes = f' class="{html_attribute(css_class)}"' if css_class else ""
    return Markup(f'<a href="{html_attribute(href)}"{classes}>{html_text(text)}</a>')


def render_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, caption: str, empty: str, name: str = ""
) -> Markup:
    """Return the table, or `empty` as a sentence when there are no rows. `caption` names it to screen readers."""
    if not rows:
        return Markup(f'<p class="sl-empty">{html_text(empty)}</p>')
    head = "".join(map(_header, columns))
    body = "".join(_row(columns, row) for row in rows[:MOST_ROWS])
    rest = "" if len(rows) <= MOST_ROWS else _cut_note(len(rows))
    identity = f' id="{html_attribute(name)}"' if name else ""
    return Markup(
        f'<div class="sl-table"{identity}>{_filter(caption, min(len(rows), MOST_ROWS))}'
        f'<div class="sl-scroll" tabindex="0" role="region" aria-label="{html_attribute(caption)}">'
        f'<table class="sl-data"><caption class="sl-hidden">{html_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}</div>"
    )


def _cut_note(row_count: int) -> str:
    words = f"The first {format_count(MOST_ROWS)} of {format_count(row_count)} rows; all are in the warehouse."
    return f'<p class="sl-note">{html_text(words)}</p>'


def _filter(caption: str, row_count: int) -> str:
    if row_count < _FILTER_FROM_ROWS:
        return ""
    return (
        '<div class="sl-filter"><input type="search" placeholder="Filter rows" '
        f'aria-label="Filter: {html_attribute(caption)}"><output>{format_count(row_count)} rows</output></div>'
    )


def _header(column: Column) -> str:
    unit = f' <span class="sl-unit">{html_text(column.unit)}</span>' if column.unit else ""
    hint = f' title="{html_attribute(column.hint)}"' if column.hint else ""
    kind = ' class="sl-number"' if column.is_number else ""
    return f'<th scope="col"{kind}><button type="button"{hint}>{html_text(column.title)}{unit}</button></th>'


def _row(columns: Sequence[Column], cells: Sequence[Cell]) -> str:
    return "<tr>" + "".join(map(_cell, columns, cells)) + "</tr>"


def _order(value: float | str) -> str:
    # Seven digits tell rows apart; the sixteen of a float are a tenth of a large table's bytes.
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _cell(column: Column, cell: Cell) -> str:
    css_class = "sl-number" if column.is_number else cell.css_class
    kind = f' class="{css_class}"' if css_class else ""
    value = "" if cell.sort_value is None else html_attribute(_order(cell.sort_value))
    # Text cells sort by what they show; only where that differs from the order wanted is a value written.
    needs_value = column.is_number or not isinstance(cell.sort_value, str)
    order = f' data-v="{value}"' if needs_value else ""
    return f"<td{kind}{order}>{firm_cell(cell.html)}</td>"
