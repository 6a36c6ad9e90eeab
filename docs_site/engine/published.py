"""The published site on the disk: its stamp, which names the files of ours, and the swap for the next one.

A folder without a stamp is no site of ours and is never replaced. A file that a person put beside ours (a CNAME, a
robots.txt) is taken over into the next site. How a site is made is docs_site/engine/assembly.py's.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docs_site.engine.store import digest_of
from orchestration.whole_files import remove_own_folder, require_own_folder

STAMP_NAME = ".site-fingerprint"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A digest of all names and contents of a site, and the names; a site of an earlier version has only the digest."""

    fingerprint: str
    paths: tuple[str, ...]


def stamp_of(tree: Mapping[str, str]) -> Stamp:
    """Return the stamp of a site from the digest of every file by its path."""
    lines = "".join(f"{digest} {path}\n" for path, digest in sorted(tree.items()))
    return Stamp(digest_of(lines.encode("utf-8", "surrogatepass")), tuple(sorted(tree)))


def read_stamp(site: Path) -> Stamp | None:
    """Return the stamp of a site, None when it has none."""
    try:
        fingerprint, *paths = (site / STAMP_NAME).read_bytes().decode("utf-8", "surrogatepass").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return Stamp(fingerprint, tuple(path for path in paths if path))


def write_stamp(site: Path, stamp: Stamp) -> None:
    """Stamp a site that is not published yet."""
    (site / STAMP_NAME).write_bytes("\n".join((stamp.fingerprint, *stamp.paths)).encode("utf-8", "surrogatepass"))


def is_site(folder: Path) -> bool:
    """Tell whether a publication of ours made the folder."""
    return read_stamp(folder) is not None


def replace_site(built: Path, site: Path) -> None:
    """Put `built` in the place of `site` by renaming; the old one goes only when the new one stands.

    Raise UsageError, and change nothing, when what stands there is no site of ours.
    """
    site.parent.mkdir(parents=True, exist_ok=True)
    previous = site.with_name(f".{site.name}.previous")
    require_own_folder(site, is_site)
    require_own_folder(previous, is_site)
    _finish(previous, site)
    if site.exists():
        site.rename(previous)
    try:
        built.rename(site)
    except OSError:
        if previous.exists():
            previous.rename(site)
        raise
    _finish(previous, site)


def _finish(previous: Path, site: Path) -> None:
    """Complete a swap, of this publication or of a killed one."""
    if previous.exists() and not site.exists():
        previous.rename(site)
    elif previous.exists():
        _carry_over(previous, site)
        remove_own_folder(previous, is_site)


def _carry_over(previous: Path, site: Path) -> None:
    """Move into the new site what somebody else put into the one before, unless a page of ours has its name."""
    stamp = read_stamp(previous)
    if stamp is None or not stamp.paths:
        # Of an earlier version: whose files these are is not said.
        return
    ours = {STAMP_NAME, *stamp.paths}
    for folder, folders, names in os.walk(previous):
        linked = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*names, *linked):
            path = Path(folder, name)
            place = site / path.relative_to(previous)
            if path.relative_to(previous).as_posix() not in ours and not os.path.lexists(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                path.rename(place)
