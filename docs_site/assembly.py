"""From staged pages to the site: what is remembered is taken as it was, the rest goes through MkDocs, then one swap.

A page's HTML follows from its Markdown, its islands, the configuration with its navigation, and the code and packages
it is made with: together they are its key (docs_site/memory.py). MkDocs gets the pages without an entry, and one line
in the place of every other page of the navigation. Documents may link only to documents and to pages of the navigation
(a test holds that), so no page hangs on another one's text.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs_site import build, stage
from docs_site.memory import Memory
from docs_site.page import DataFile, KeptFile
from docs_site.search_index import Entry, read_search_index, search_files
from docs_site.shared_files import load_shared_files
from docs_site.stage import StagedPage
from docs_site.store import digest_of

_STAMP = ".site-fingerprint"
# Without a site's address MkDocs' sitemap names no page, but carries the day it was made.
_LEFT_OUT = ("search/", "sitemap.xml")

Files = list[DataFile | KeptFile]


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of a site: whether another one was published, and how many pages MkDocs had to build."""

    is_rebuilt: bool
    built_count: int


class _Page:
    """A page with its key, and what is known of it."""

    def __init__(self, page: StagedPage, islands: tuple[str, ...], key: str, memory: Memory) -> None:
        self.page, self.islands, self.key = page, islands, key
        self.known = memory.recall(key)


def assemble_site(
    pages: Sequence[StagedPage],
    files: Iterable[DataFile | KeptFile],
    site: Path,
    site_name: str,
    memory: Memory,
    tell: Callable[[], None] = lambda: None,
) -> Assembled:
    """Put the site of these pages and files at `site`; what stands there stays when this fails.

    `tell` is called before MkDocs is. Works in `<site>/../.site-build`, which is kept after a failure, to be looked at.
    """
    work = site.with_name(f".{site.name}-build")
    shutil.rmtree(work, ignore_errors=True)
    documents, beside = stage.load_documents(build.ROOM / "docs")
    whole = [*pages, *documents]
    plain = build.configuration(site_name, {page.source for page in whole})
    asked = _with_keys(whole, plain, memory)
    shell_key = memory.key("shell", plain)
    shell = memory.recall(shell_key)
    missing = [page for page in asked if page.known is None]
    if missing or shell is None:
        tell()
        built = _run_mkdocs(work, missing, beside, plain)
        _keep_pages(missing, built, memory)
        _keep_shell(shell_key, built, {page.page.path for page in asked}, memory)
    tree = _tree([*files, *beside, *load_shared_files()], asked, shell_key, memory)
    is_rebuilt = _publish(tree, work, site, memory)
    shutil.rmtree(work, ignore_errors=True)
    return Assembled(is_rebuilt, len(missing))


def _with_keys(pages: Sequence[StagedPage], plain: Mapping[str, Any], memory: Memory) -> list[_Page]:
    made = {page.path for page in pages} | {"404.html"}
    asked = []
    for page in pages:
        islands = stage.finish_islands(page, made)
        asked.append(_Page(page, islands, memory.key("html", plain, page.path, page.text, islands), memory))
    return asked


def _run_mkdocs(work: Path, missing: Sequence[_Page], beside: Iterable[DataFile], plain: dict[str, Any]) -> Path:
    """Build the missing pages into `work/built`, where other pages of the navigation are one line each."""
    docs = work / "docs"
    texts = dict.fromkeys(build.navigated(plain["nav"]), "Not built anew.\n")
    texts |= {page.page.source: page.page.text for page in missing}
    contents = {name: text.encode("utf-8") for name, text in texts.items()}
    contents |= {file.path: file.content for file in beside}
    for name, content in contents.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_bytes(content)
    build.run_mkdocs(build.write_configuration(work, plain))
    return work / "built"


def _keep_pages(missing: Sequence[_Page], built: Path, memory: Memory) -> None:
    _, entries = read_search_index(built)
    for page in missing:
        path = page.page.path
        html = stage.join_islands((built / path).read_text(encoding="utf-8"), page.islands)
        memory.keep(page.key, entries.get(path, []), [DataFile(path, html.encode("utf-8"))])


def _keep_shell(key: str, built: Path, pages: set[str], memory: Memory) -> None:
    """Keep what MkDocs makes of the configuration alone: the theme's files and the page of what is not there."""
    config, _ = read_search_index(built)
    names = {path.relative_to(built).as_posix(): path for path in sorted(built.rglob("*")) if path.is_file()}
    own = {name: path for name, path in names.items() if name not in pages and not name.startswith(_LEFT_OUT)}
    memory.keep(key, config, [DataFile(name, path.read_bytes()) for name, path in own.items()])


def _tree(files: Files, asked: Sequence[_Page], shell_key: str, memory: Memory) -> dict[str, str]:
    """Return the digest of every file of the site by its path."""
    shell = memory.recall(shell_key)
    found = [memory.recall(page.key) for page in asked]
    if shell is None or None in found:
        raise build.SiteBuildError("The site did not build: what MkDocs wrote is no longer there.")
    entries: dict[str, list[Entry]] = {}
    whole: Files = [*shell.files, *files]
    for page, kept in zip(asked, found, strict=True):
        if kept is not None:
            entries[page.page.path] = kept.value
            whole += kept.files
    whole += search_files(shell.value, entries)
    return {file.path: memory.digest(file) for file in whole}


def _publish(tree: Mapping[str, str], work: Path, site: Path, memory: Memory) -> bool:
    lines = "".join(f"{digest} {path}\n" for path, digest in sorted(tree.items()))
    fingerprint = digest_of(lines.encode("utf-8", "surrogatepass"))
    stamp = site / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint:
        return False
    for path, digest in tree.items():
        memory.store.link(digest, work / "html" / path)
    (work / "html" / _STAMP).write_text(fingerprint, encoding="utf-8")
    build.swap(work / "html", site)
    return True
