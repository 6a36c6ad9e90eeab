"""From pages to the folder MkDocs builds, and from what it built to the finished pages.

HTML islands of a page never go through Markdown: they are put aside here, a marker takes their place, and after the
build the marker is replaced. So log text cannot become Markdown, and large tables cost MkDocs nothing. Running MkDocs
belongs to docs_site/build.py.
"""

import json
import posixpath
import re
import shutil
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from docs_site.escape import markdown_inline, page_title
from docs_site.page import Page

# The closing mark may stand behind other text: templates cut line ends after their own tags.
_ISLAND = re.compile(r"^<!--html-->\n(.*?)<!--/html-->$", re.DOTALL | re.MULTILINE)
# A paragraph of its own between private characters, which docs_site/escape.py lets no text keep. (As an HTML comment
# it would make Python-Markdown take a heading behind it for text.)
_MARKER = "\ue000{number}\ue001"
# Links as docs_site/tables.py writes them, to pages of the site itself.
_PAGE_LINK = re.compile(r'<a href="([^":#]*\.html)(?:#[^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)
ISLAND_MARK = "<p>\ue000(\\d+)\ue001</p>"
_MARKERS = re.compile(ISLAND_MARK)


@dataclass(frozen=True, slots=True)
class StagedPage:
    """A page in the build folder: its path in the site and the islands taken out of it."""

    path: str
    islands: tuple[str, ...]


def split_islands(body: str) -> tuple[str, tuple[str, ...]]:
    """Take the HTML islands out of a body; return what is left for Markdown, and the islands in order."""
    islands: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        islands.append(match[1])
        return "\n" + _MARKER.format(number=len(islands) - 1) + "\n"

    return _ISLAND.sub(put_aside, body), tuple(islands)


def join_islands(html: str, islands: tuple[str, ...]) -> str:
    """Put the islands back where their markers are."""
    return _MARKERS.sub(lambda match: islands[int(match[1])], html)


def stage_page(page: Page, docs: Path) -> StagedPage:
    """Write a page's Markdown and its files under `docs`."""
    body, islands = split_islands(page.body)
    header: dict[str, object] = {"title": page_title(page.title), "assets": list(page.assets)}
    # JSON is YAML; its escapes keep any title on one line.
    text = f"---\n{_front_matter(header)}---\n\n# {markdown_inline(page.title)}\n\n{body}\n"
    target = docs / (page.path.removesuffix(".html") + ".md")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    for extra in page.files:
        path = docs / extra.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(extra.content)
    return StagedPage(page.path, islands)


def stage_documents(source: Path, docs: Path) -> None:
    """Copy the hand-written documents."""
    if source.is_dir():
        shutil.copytree(source, docs, dirs_exist_ok=True)


def finish_pages(pages: Sequence[StagedPage], built: Path) -> None:
    """Put every island into the built pages."""
    made = {path.relative_to(built).as_posix() for path in built.rglob("*.html")}
    for page in pages:
        if not page.islands:
            continue
        path = built / page.path
        islands = tuple(unlink_missing(island, page.path, made) for island in page.islands)
        path.write_text(join_islands(path.read_text(encoding="utf-8"), islands), encoding="utf-8")


def unlink_missing(html: str, page: str, made: Set[str]) -> str:
    """Make text of the links to pages of this site that were not made: old sessions have no timeline, for one."""
    folder = posixpath.dirname(page)

    def decide(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, unquote(match[1])))
        return match[0] if target in made else f"<span>{match[2]}</span>"

    return _PAGE_LINK.sub(decide, html)


def _front_matter(header: dict[str, object]) -> str:
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in header.items())
