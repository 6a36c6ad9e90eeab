"""The mark of a home folder, the file that says it is ours to write and to remove from, and the places in a home.

Names and versions only. Who makes a home is orchestration/defs/home_claim.py, where its parts are orchestration/defs/
home.py; who walks through a user's folders does it from here, so as not to read what Sightline itself wrote.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

HOME_MARK = "sightline-home.toml"
# What a home of this version looks like. Raise it when an older Sightline could no longer work in a home.
HOME_VERSION = 1
# The folders a home has. In a marked folder they hold nothing that anybody else wrote as a log or a source.
HOME_FOLDERS = frozenset(
    "lake dagster dagster.new site dbt cache quality records history exports baselines prove "
    ".site-cache .site-build .site.previous .import".split()
)


def is_marked(names: Iterable[str]) -> bool:
    """Tell whether a folder with these names in it is a home."""
    return HOME_MARK in names


def home_holding(path: Path) -> Path | None:
    """Return the home in one of whose folders a path lies, or which has it as a folder."""
    whole = path.absolute()
    inside = [whole, *whole.parents]
    return next(
        (
            parent
            for folder, parent in pairwise(inside)
            if folder.name in HOME_FOLDERS and (parent / HOME_MARK).is_file()
        ),
        None,
    )


def walk_outside_homes(
    folder: Path, unlisted: Callable[[str], object] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Walk as os.walk does, top down and following no link, past the folders of homes.

    `unlisted` is told the folders that cannot be listed.
    """

    def told(error: OSError) -> None:
        if unlisted is not None:
            unlisted(str(error.filename))

    for parent, folders, names in os.walk(folder, onerror=told):
        if is_marked(names):
            folders[:] = [name for name in folders if name not in HOME_FOLDERS]
        yield parent, folders, names
