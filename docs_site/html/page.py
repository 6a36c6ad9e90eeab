"""What a page of the site is before it is built.

Every page module offers `build_pages(warehouse, lake, options) -> Iterable[Page]`; docs_site/publish.py writes what
they give. Here is the shape only: how a page reaches the disk, its template and its place in the navigation belong
to publish.py.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that stands beside the pages: `path` is relative to the site's root, with /."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that an earlier publication wrote, by the digest of its content (docs_site/engine/store.py)."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `body` is Markdown (HTML blocks allowed) without the title's heading.

    `path` is relative to the site's root and ends in `.html`. `assets` are names of files in docs_site/assets that
    the page needs (`.js` loaded deferred, `.css` linked), in order. `files` are written beside it.
    """

    path: str
    title: str
    body: str
    assets: tuple[str, ...] = ()
    files: tuple[DataFile | KeptFile, ...] = field(default=())
