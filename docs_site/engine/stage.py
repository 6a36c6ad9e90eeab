"""From pages to what MkDocs builds, and from what it built to the finished pages.

HTML islands of a page never go through Markdown: they are put aside here, a marker takes their place, and after the
build the marker is replaced. So log text cannot become Markdown, and large tables cost MkDocs nothing. Which pages go
through MkDocs is docs_site/engine/assembly.py's, running it docs_site/engine/build.py's.
"""

import json
import posixpath
import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from docs_site.html.escape import markdown_inline, page_title
from docs_site.html.page import DataFile, Page

# The closing mark may stand behind other text: templates cut line ends after their own tags.
_ISLAND = re.compile(r"^<!--html-->\n(.*?)<!--/html-->$", re.DOTALL | re.MULTILINE)
# A paragraph of its own between private characters, which docs_site/html/escape.py lets no text keep. (As an HTML
# comment it would make Python-Markdown take a heading behind it for text.)
_MARKER = "\ue000{number}\ue001"
# Links as docs_site/html/tables.py writes them, to pages of the site itself.
_PAGE_LINK = re.compile(r'<a href="([^":#]*\.html)(?:#[^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)
ISLAND_MARK = "<p>\ue000(\\d+)\ue001</p>"
_MARKERS = re.compile(ISLAND_MARK)


@dataclass(frozen=True, slots=True)
class StagedPage:
    """A page on its way: its path in the site, its Markdown with front matter, and the islands taken out of it."""

    path: str
    text: str
    islands: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return the path of its Markdown in the folder MkDocs builds."""
        return self.path.removesuffix(".html") + ".md"


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


def stage_page(page: Page) -> StagedPage:
    """Take a page apart into what Markdown reads and what it must not."""
    body, islands = split_islands(page.body)
    header: dict[str, object] = {"title": page_title(page.title), "assets": list(page.assets)}
    # JSON is YAML; its escapes keep any title on one line.
    text = f"---\n{_front_matter(header)}---\n\n# {markdown_inline(page.title)}\n\n{body}\n"
    return StagedPage(page.path, text, islands)


def load_documents(folder: Path) -> tuple[list[StagedPage], list[DataFile]]:
    """Return the hand-written documents of a folder, and the files beside them."""
    pages, files = [], []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".md":
            pages.append(StagedPage(name.removesuffix(".md") + ".html", path.read_text(encoding="utf-8")))
        else:
            files.append(DataFile(name, path.read_bytes()))
    return pages, files


def finish_islands(page: StagedPage, made: Set[str]) -> tuple[str, ...]:
    """Return a page's islands as they are published, when `made` are the pages there are."""
    return tuple(unlink_missing(island, page.path, made) for island in page.islands)


def unlink_missing(html: str, page: str, made: Set[str]) -> str:
    """Make text of the links to pages of this site that were not made: old sessions have no timeline, for one."""
    folder = posixpath.dirname(page)

    def decide(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, unquote(match[1])))
        return match[0] if target in made else f"<span>{match[2]}</span>"

    return _PAGE_LINK.sub(decide, html)


def _front_matter(header: dict[str, object]) -> str:
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in header.items())
