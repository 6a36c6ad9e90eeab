"""What lies above a code root, up to the top of its project, and says how the code below is meant.

People name `src/`; its `tsconfig.json`, `package.json`, `.gitignore` and CODEOWNERS lie beside or above it. Only these
files are looked at there; the rest of the project is not scanned.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.code_scan.inputs import CodeRoot
from orchestration.code_scan.json_files import read_json
from orchestration.code_scan.packages import Package, read_package
from orchestration.code_scan.path_aliases import PathAlias, is_alias_file, read_aliases
from orchestration.code_scan.repository import folders_above


def shown_base(roots: Sequence[CodeRoot]) -> str:
    """Return the folder that the shown paths of files are relative to."""
    return os.path.commonpath([root.path for root in roots]) if roots else ""


def read_above(roots: Sequence[CodeRoot]) -> tuple[list[Package], list[PathAlias]]:
    """Return the packages and aliases declared above the roots, their folders relative to the base of shown paths."""
    base = shown_base(roots)
    inside = {root.path for root in roots}
    folders = {folder for root in roots for folder in folders_above(root.path)} - inside
    packages: list[Package] = []
    aliases: list[PathAlias] = []
    for folder in sorted(folders):
        for path in _configurations(folder):
            shown = os.path.relpath(path, base).replace(os.sep, "/")
            value = read_json(path, shown).value
            if is_alias_file(shown):
                aliases += read_aliases(value, shown)
            elif package := read_package(value, shown):
                packages.append(package)
    return packages, aliases


def _configurations(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if path.name == "package.json" or (is_alias_file(path.name) and path.suffix == ".json"):
            yield path
