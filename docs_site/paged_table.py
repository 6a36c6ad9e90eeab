"""Tables too long for a page: their rows stand in a file beside it, and the browser shows them a page at a time.

The rows are sorted and filtered by assets/paged_table.js, which is the other half: it renders what the columns here
say and builds text nodes only. Which columns a table has belongs to the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from docs_site import links
from docs_site.escape import html_attribute, html_text, visible
from docs_site.number_format import plural
from docs_site.page import DataFile
from docs_site.pages.timeline_side_file import Strings, side_script

PAGED_ASSETS = ("side_data.js", "paged_table.js", "paged_table.css")

Kind = Literal["text", "code", "number", "count", "pct", "time", "badge"]
_NUMBERS = frozenset({"number", "count", "pct"})


@dataclass(slots=True)
class PagedColumn:
    """A column and its cells, filled row by row.

    `kind` says how values are shown and sorted; texts are stored once. A cell may lead somewhere, have a smaller text
    below and a hint.
    """

    title: str
    kind: Kind = "text"
    unit: str = ""
    hint: str = ""
    _strings: Strings = field(default_factory=Strings)
    _values: list[Any] = field(default_factory=list)
    _hrefs: list[int] = field(default_factory=list)
    _notes: list[int] = field(default_factory=list)
    _hints: list[int] = field(default_factory=list)

    def add(self, value: object, href: str | None = None, note: str | None = None, hint: str | None = None) -> None:
        """Add the cell of the next row; times are milliseconds since 1970."""
        is_text = self.kind in ("text", "code", "badge")
        self._values.append(self._number(value) if is_text else value)
        for column, text in ((self._hrefs, href), (self._notes, note), (self._hints, hint)):
            column.append(self._number(text))

    def _number(self, text: object) -> int:
        return self._strings.number(None if text is None else visible(str(text)))

    def payload(self) -> dict[str, Any]:
        """Return what the browser gets; what no cell has is left out."""
        more = {"hrefs": self._hrefs, "notes": self._notes, "hints": self._hints}
        return {
            "title": self.title,
            "kind": self.kind,
            "unit": self.unit,
            "hint": self.hint,
            "isNumber": self.kind in _NUMBERS,
            "strings": self._strings.texts,
            "values": self._values,
        } | {name: numbers for name, numbers in more.items() if any(numbers)}


@dataclass(frozen=True, slots=True)
class PagedTable:
    """A table as it stands on its page, and the file with its rows."""

    html: Markup
    files: tuple[DataFile, ...]


def paged_table(
    page: str,
    path: str,
    columns: Sequence[PagedColumn],
    row_count: int,
    *,
    caption: str,
    empty: str,
    tones: Mapping[str, str] | None = None,
) -> PagedTable:
    """Return the table whose rows stand at `path`, or `empty` as a sentence when there are none.

    `tones` gives the colour of each badge's word.
    """
    if not row_count:
        return PagedTable(Markup(f'<p class="sl-empty">{html_text(empty)}</p>'), ())
    value = {"rows": row_count, "columns": [column.payload() for column in columns], "tones": dict(tones or {})}
    source, words = links.relative_link(page, path), f"{plural(row_count, 'row')} stand in a file beside this page"
    html = (
        f'<div class="sl-table sl-paged" data-key="{html_attribute(path)}" data-source="{html_attribute(source)}" '
        f'data-caption="{html_attribute(caption)}"><p class="sl-empty">{html_text(words)}; the browser loads and shows '
        "them when this place is in view.</p></div>"
    )
    return PagedTable(Markup(html), (DataFile(path, side_script(path, value)),))
