"""A place in the code as people see it: `file:line`, a link when the project says where its code can be read."""

from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from docs_site.html.escape import html_attribute, html_text, safe_href
from docs_site.html.number_format import NOTHING
from docs_site.html.tables import Cell, link_html
from orchestration.warehouse import load_raw

# In a table the file and its folder tell people where they are; the whole path is shown on hover.
_SEGMENTS_IN_TABLES = 2


def pinned_code_url(code_url: str | None, lake: Path) -> str | None:
    """Return the pattern with `{commit}` filled in: the newest commit of the scanned code, HEAD without a history."""
    if not code_url or "{commit}" not in code_url:
        return code_url
    rows = load_raw(lake, "commits", "select commit_hash from raw order by committed_at desc, commit_hash limit 1")
    return code_url.replace("{commit}", quote(rows[0]["commit_hash"]) if rows else "HEAD")


def place_html(path: str | None, line: int | None, code_url: str | None) -> Markup:
    """Return `file:line` in the code font, linked by the pattern `code_url` if there is one."""
    return Markup(NOTHING) if not path else _linked(_place(path, line), path, line, code_url)


def place_cell(path: str | None, line: int | None, code_url: str | None) -> Cell:
    """Return the place, shortened, as a table cell sorted by path."""
    if not path:
        return Cell(Markup(NOTHING), None)
    segments = path.split("/")
    short = path if len(segments) <= _SEGMENTS_IN_TABLES else "\u2026/" + "/".join(segments[-_SEGMENTS_IN_TABLES:])
    shown = _linked(_place(short, line), path, line, code_url)
    title = html_attribute(_place(path, line))
    return Cell(Markup(f'<span class="sl-place" title="{title}">{shown}</span>'), f"{path}:{line or 0:07d}")


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def place_address(path: str | None, line: int | None, code_url: str | None) -> str | None:
    """Return where a place opens by the pattern `code_url`; None where nothing does, or nothing safe."""
    if not path or not code_url:
        return None
    return safe_href(code_url.replace("{path}", quote(path)).replace("{line}", str(line or 1)))


def _linked(text: str, path: str, line: int | None, code_url: str | None) -> Markup:
    address = place_address(path, line, code_url)
    if not address:
        return Markup(f"<code>{html_text(text)}</code>")
    return Markup(f"<code>{link_html(text, address)}</code>")
