"""Owners of files, from a CODEOWNERS file: the last rule that matches a path counts, as on the forges."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from orchestration.code_scan.options import ScanProblem
from orchestration.code_scan.path_rules import PathRule, PathRules, read_lines
from orchestration.code_scan.repository import folders_above

_PLACES = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")


def read_owners(root: Path, paths: Iterable[str]) -> tuple[Mapping[str, tuple[str, ...]], list[ScanProblem]]:
    """Return the owners by path, and what could not be read; nothing without a CODEOWNERS file in the project.

    Asked are the root and the folders above it, the nearest first: a file above names paths from where it lies.
    """
    folders = (root, *folders_above(root))
    found_at = next(
        ((folder, place) for folder in folders for place in _PLACES if os.path.lexists(folder / place)), None
    )
    if found_at is None:
        return {}, []
    folder, place = found_at
    below = "" if folder == root else root.relative_to(folder).as_posix() + "/"
    try:
        rules = PathRules(_rules(read_lines(folder / place)))
    except OSError as error:
        return {}, [ScanProblem(place, f"cannot be read: {error.strerror}", "owners")]
    found = {path: rules.last_matching(below + path) for path in paths}
    owners = {path: rule.beside for path, rule in found.items() if rule and rule.beside}
    return owners, [ScanProblem(place, problem, "owners") for problem in rules.problems[:1]]


def _rules(lines: Iterable[str]) -> Iterator[PathRule]:
    for number, line in enumerate(lines, 1):
        parts = line.partition("#")[0].split()
        if parts and not parts[0].startswith("["):
            yield PathRule(number, parts[0], tuple(parts[1:]))
