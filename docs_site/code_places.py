"""A place in the code as people see it: `file:line`, a link when the project says where its code can be read."""

from urllib.parse import quote

from markupsafe import Markup

from docs_site.escape import html_text
from docs_site.number_format import NOTHING
from docs_site.tables import Cell, link_html


def place_html(path: str | None, line: int | None, code_url: str | None) -> Markup:
    """Return `file:line` in the code font, linked by the pattern `code_url` if there is one."""
    if not path:
        return Markup(NOTHING)
    text = path if line is None else f"{path}:{line}"
    if not code_url:
        return Markup(f"<code>{html_text(text)}</code>")
    address = code_url.replace("{path}", quote(path)).replace("{line}", str(line or 1))
    return Markup(f"<code>{link_html(text, address)}</code>")


def place_cell(path: str | None, line: int | None, code_url: str | None) -> Cell:
    """Return the place as a table cell, sorted by path."""
    return Cell(place_html(path, line, code_url), None if path is None else f"{path}:{line or 0:07d}")
