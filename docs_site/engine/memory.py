"""What earlier publications made, asked for by everything it was made from, so that it need not be made again.

A key holds all inputs and the version of the code that turns them into pages; whatever differs, however little, is
another key, and is made anew. So a stale page cannot come back, and forgetting is always safe. Entries that a
publication did not use are gone after it. How contents lie on the disk belongs to docs_site/engine/store.py.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docs_site.engine.store import ContentStore
from docs_site.html.page import DataFile, KeptFile, Page
from orchestration.whole_files import write_whole

_ROOM = Path(__file__).parents[1]
# All whose code has a part in what a page says.
_READ_FROM = ("analysis", "domain", "flows", "lake.py", "warehouse.py", "whole_files.py", "given_files.py",
              "child_processes.py")  # fmt: skip
_CODE = (
    _ROOM,
    *(_ROOM.parent / "orchestration" / name for name in _READ_FROM),
)
_PACKAGES = ("duckdb", "Jinja2", "Markdown", "MarkupSafe", "mkdocs", "mkdocs-material", "plotly", "Pygments",
             "pymdown-extensions")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remembered:
    """A value as it was kept, and the files kept with it."""

    value: Any
    files: tuple[KeptFile, ...] = field(default=())


class Memory:
    """What is remembered in `folder`; without a folder nothing is."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._store = None if folder is None else ContentStore(folder / "objects")
        self._before: dict[str, list[Any]] = {} if folder is None else _read_index(folder / "index.json")
        self._now: dict[str, list[Any]] = {}
        self._asked: set[str] = set()

    @property
    def store(self) -> ContentStore:
        """Return where the contents are."""
        if self._store is None:
            raise ValueError("a memory without a folder stores nothing")
        return self._store

    def key(self, kind: str, *inputs: object) -> str:
        """Return the key of what is made from `inputs`, whose `repr` must say everything about them."""
        text = "\x1f".join((kind, code_version(), *map(repr, inputs)))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def recall(self, key: str) -> Remembered | None:
        """Return what was kept under a key, if all of it is still there."""
        entry = self._now.get(key) or self._before.get(key)
        if entry is None or not all(self.store.has(digest) for _, digest in entry[1]):
            return None
        self._now[key] = entry
        return Remembered(entry[0], tuple(KeptFile(path, digest) for path, digest in entry[1]))

    def keep(self, key: str, value: Any, files: Sequence[DataFile | KeptFile] = ()) -> None:
        """Keep a value that JSON can hold, and files, under a key."""
        if self._store is not None:
            self._now[key] = [value, [[file.path, self.digest(file)] for file in files]]

    def digest(self, file: DataFile | KeptFile) -> str:
        """Return the digest of a file, storing it when it is not stored yet."""
        digest = file.digest if isinstance(file, KeptFile) else self.store.put(file.content)
        self._asked.add(digest)
        return digest

    def set_aside(self, file: DataFile) -> DataFile | KeptFile:
        """Write a file at once and return what stands for it; without a folder the file stays as it is."""
        return file if self._store is None else KeptFile(file.path, self.digest(file))

    def recall_page(self, key: str) -> Page | None:
        """Return a page kept with `keep_page`."""
        found = self.recall(key)
        body = None if found is None else self.store.read(found.files[0].digest)
        if found is None or body is None:
            return None
        path, title, assets = found.value
        return Page(path, title, body.decode("utf-8", "surrogatepass"), tuple(assets), found.files[1:])

    def keep_page(self, key: str, page: Page) -> Page:
        """Keep a page and return it; its body stands among the contents, so that the index stays small."""
        body = DataFile("", page.body.encode("utf-8", "surrogatepass"))
        self.keep(key, [page.path, page.title, list(page.assets)], (body, *page.files))
        return page

    def save(self) -> None:
        """Make what was used in this publication what is remembered in the next; forget all else."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / "index.json", json.dumps(self._now, separators=(",", ":")).encode())
        self.store.keep_only(self._asked | {digest for _, files in self._now.values() for _, digest in files})


NOTHING_REMEMBERED = Memory()


@cache
def code_version() -> str:
    """Return a digest of the code, templates, documents and packages that pages are made with."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for name in _PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted(path for place in _CODE for path in (place, *place.rglob("*"))):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(_ROOM.parent).as_posix().encode("utf-8", "surrogatepass"))
            digest.update(hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_index(path: Path) -> dict[str, list[Any]]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
