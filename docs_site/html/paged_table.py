"""Tables too long for a page: their rows stand in a file beside it, and the browser shows them a page at a time.

The rows are sorted and filtered by assets/paged_table.js, which is the other half: it renders what the columns here
say and builds text nodes only. Which columns a table has belongs to the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.escape import html_attribute, html_text, safe_href, visible
from docs_site.html.number_format import plural
from docs_site.html.page import DataFile
from docs_site.html.side_file import Strings, side_script
from docs_site.html.tables import Cell, Column, Kind, render_table

PAGED_ASSETS = ("side_data.js", "paged_table.js", "paged_table.css")

# A page of longer tables takes a browser longer to lay out than a reader waits.
FITS_ROWS = 1000
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
    value = {
        "rows": row_count,
        "columns": [column.payload() for column in columns],
        "tones": dict(sorted((tones or {}).items())),
    }
    source, words = links.relative_link(page, path), f"{plural(row_count, 'row')} stand in a file beside this page"
    html = (
        f'<div class="sl-table sl-paged" data-key="{html_attribute(path)}" data-source="{html_attribute(source)}" '
        f'data-caption="{html_attribute(caption)}"><p class="sl-empty">{html_text(words)}; the browser loads and shows '
        "them when this place is in view.</p></div>"
    )
    return PagedTable(Markup(html), (DataFile(path, side_script(path, value)),))


class LongTables:
    """The tables of a page of which some are long: a short one stands on the page, the rows of a long one beside it.

    `path` is the beginning of the files' names. Addresses that begin with one of `unmade` lead nowhere: their pages are
    not there, and what a browser makes is not looked through for such links afterwards (docs_site/engine/stage.py).
    """

    def __init__(self, page: str, path: str, unmade: tuple[str, ...] = ()) -> None:
        self._page, self._path, self._unmade = page, path, unmade
        self.files: list[DataFile] = []

    def render(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, caption: str, empty: str, name: str = ""
    ) -> Markup:
        """Return a table, as `render_table` does."""
        if len(rows) <= FITS_ROWS:
            return render_table(columns, rows, caption=caption, empty=empty, name=name)
        made = [self._column(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
        tones = {str(cell.value): cell.tone for row in rows for cell in row if cell.kind == "badge"}
        path = f"{self._path}-{caption.lower().replace(' ', '-')}.js"
        table = paged_table(self._page, path, made, len(rows), caption=caption, empty=empty, tones=tones)
        self.files += table.files
        return table.html

    def _column(self, column: Column, cells: Sequence[Cell]) -> PagedColumn:
        # A dash for what is not there says nothing of the kind.
        kind: Kind = next((cell.kind for cell in cells if cell.sort_value is not None), "text")
        made = PagedColumn(column.title, kind, column.unit, column.hint)
        for cell in cells:
            made.add(cell.sort_value if cell.value is None else cell.value, self._address(cell))
        return made

    def _address(self, cell: Cell) -> str | None:
        return None if cell.address is None or cell.address.startswith(self._unmade) else safe_href(cell.address)
