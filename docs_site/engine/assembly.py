"""From staged pages to the site: what MkDocs made before is used again, the rest goes through it, then one swap.

MkDocs makes the frame of a page: everything but its islands. It follows from the page's Markdown, the configuration
with its navigation, and the code and packages it is made with: together they are its key (docs_site/engine/memory.py).
MkDocs gets the pages without a remembered frame, and one line in the place of every other page of the navigation.
Islands are put in anew each time. Documents may link only to documents and to pages of the navigation (a test holds
that), so no frame hangs on another page's text.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs_site.engine import build, published, stage
from docs_site.engine.content_policy import with_policy
from docs_site.engine.memory import Memory
from docs_site.engine.search_index import Entry, read_search_index, search_files
from docs_site.engine.shared_files import load_shared_files
from docs_site.engine.stage import StagedPage
from docs_site.html.page import DataFile, KeptFile
from orchestration.whole_files import remove_own_folder, require_own_folder

# What a build leaves that was killed, or that failed and may be looked at.
_WORK_NAMES = frozenset({"docs", "built", "html", "mkdocs.yml"})
# Without a site's address MkDocs' sitemap names no page, but carries the day it was made.
_LEFT_OUT = ("search/", "sitemap.xml")

Files = list[DataFile | KeptFile]


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of a site: whether another one was published, and how many pages MkDocs had to build."""

    is_rebuilt: bool
    built_count: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page and the key of its frame."""

    page: StagedPage
    key: str


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
    remove_own_folder(work, _is_work)
    require_own_folder(site, published.is_site)
    documents, beside = stage.load_documents(build.ROOM / "docs")
    whole = [*pages, *documents]
    plain = build.configuration(site_name, {page.source for page in whole})
    asked = [_Asked(page, memory.key("frame", plain, page.path, page.text)) for page in whole]
    shell_key = memory.key("shell", plain)
    missing = [page for page in asked if memory.recall(page.key) is None]
    if missing or memory.recall(shell_key) is None:
        tell()
        built = _run_mkdocs(work, missing, beside, plain)
        _keep_frames(missing, built, memory)
        _keep_shell(shell_key, built, {page.page.path for page in asked}, memory)
    tree = _tree([*files, *beside, *load_shared_files()], asked, shell_key, memory)
    is_rebuilt = _publish(tree, work, site, memory)
    remove_own_folder(work, _is_work)
    return Assembled(is_rebuilt, len(missing))


def _run_mkdocs(work: Path, missing: Sequence[_Asked], beside: Iterable[DataFile], plain: dict[str, Any]) -> Path:
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


def _keep_frames(missing: Sequence[_Asked], built: Path, memory: Memory) -> None:
    _, entries = read_search_index(built)
    for page in missing:
        path = page.page.path
        # Frames are nearly the same bytes on every page: packed they take a fifth of the room.
        frame = zlib.compress(_made(built / path), level=1)
        memory.keep(page.key, entries.get(path, []), [DataFile(path, frame)])


def _keep_shell(key: str, built: Path, pages: set[str], memory: Memory) -> None:
    """Keep what MkDocs makes of the configuration alone: the theme's files and the page of what is not there."""
    config, _ = read_search_index(built)
    names = {path.relative_to(built).as_posix(): path for path in sorted(built.rglob("*")) if path.is_file()}
    own = {name: path for name, path in names.items() if name not in pages and not name.startswith(_LEFT_OUT)}
    memory.keep(key, config, [DataFile(name, _made(path)) for name, path in own.items()])


def _made(path: Path) -> bytes:
    """Return what MkDocs wrote, a page with the policy that lets the theme's scripts run and no others."""
    content = path.read_bytes()
    return with_policy(content.decode("utf-8")).encode("utf-8") if path.suffix == ".html" else content


def _tree(files: Files, asked: Sequence[_Asked], shell_key: str, memory: Memory) -> dict[str, str]:
    """Return the digest of every file of the site by its path."""
    shell = memory.recall(shell_key)
    if shell is None:
        raise build.SiteBuildError("The site did not build: what MkDocs wrote is no longer there.")
    made = {page.page.path for page in asked} | {"404.html"}
    entries: dict[str, list[Entry]] = {}
    whole: Files = [*shell.files, *files]
    for page in asked:
        html, entries[page.page.path] = _finished(page, made, memory)
        # To the disk at once: a thousand pages are a hundred megabytes.
        whole.append(KeptFile(page.page.path, memory.digest(DataFile(page.page.path, html))))
    whole += search_files(shell.value, entries)
    return {file.path: memory.digest(file) for file in whole}


def _finished(asked: _Asked, made: Set[str], memory: Memory) -> tuple[bytes, list[Entry]]:
    """Return a page's HTML, islands and all, and its entries of the search index."""
    kept = memory.recall(asked.key)
    frame = None if kept is None else memory.store.read(kept.files[0].digest)
    if kept is None or frame is None:
        raise build.SiteBuildError(f"The site did not build: what MkDocs made of {asked.page.path} is no longer there.")
    html = stage.join_islands(zlib.decompress(frame).decode("utf-8"), stage.finish_islands(asked.page, made))
    return html.encode("utf-8"), kept.value


def _publish(tree: Mapping[str, str], work: Path, site: Path, memory: Memory) -> bool:
    stamp = published.stamp_of(tree)
    if published.read_stamp(site) == stamp:
        return False
    for path, digest in tree.items():
        memory.store.link(digest, work / "html" / path)
    published.write_stamp(work / "html", stamp)
    published.replace_site(work / "html", site)
    return True


def _is_work(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= _WORK_NAMES
