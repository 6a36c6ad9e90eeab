"""Names for folders: `paths` and `baseUrl` of tsconfig.json and jsconfig.json, so that `@/cart/total` is a file."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PathAlias:
    """A pattern with at most one `*`, valid below `folder`, and the paths it stands for, relative to the root."""

    folder: str
    pattern: str
    targets: tuple[str, ...]


def is_alias_file(code_file_path: str) -> bool:
    """Tell whether a JSON file may name aliases; such files are also allowed comments."""
    name = posixpath.basename(code_file_path)
    return name.startswith(("tsconfig", "jsconfig"))


def read_aliases(value: Any, code_file_path: str) -> list[PathAlias]:
    """Return the aliases a tsconfig.json declares."""
    options = value.get("compilerOptions") if isinstance(value, dict) else None
    if not isinstance(options, dict):
        return []
    folder = posixpath.dirname(code_file_path)
    base_url = options.get("baseUrl")
    base = posixpath.normpath(posixpath.join(folder, base_url)) if isinstance(base_url, str) else folder
    paths = options.get("paths")
    found = [
        PathAlias(folder, pattern, tuple(posixpath.join(base, target) for target in targets if isinstance(target, str)))
        for pattern, targets in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(targets, list)
    ]
    if isinstance(base_url, str):
        found.append(PathAlias(folder, "*", (posixpath.join(base, "*"),)))
    return found


def expand_alias(aliases: Iterable[PathAlias], module: str, importer: str) -> Iterator[str]:
    """Yield the paths a module name stands for in a file: nearest configuration first, longest pattern first."""
    near = [alias for alias in aliases if _depth(alias.folder) <= 0 or importer.startswith(alias.folder + "/")]
    for alias in sorted(near, key=lambda alias: (-_depth(alias.folder), -len(alias.pattern.partition("*")[0]))):
        before, star, after = alias.pattern.partition("*")
        if not star:
            middle = "" if module == alias.pattern else None
        elif module.startswith(before) and module.endswith(after) and len(module) >= len(before) + len(after):
            middle = module[len(before) : len(module) - len(after)]
        else:
            middle = None
        if middle is not None:
            yield from (posixpath.normpath(target.replace("*", middle)) for target in alias.targets)


def _depth(folder: str) -> int:
    """Return how deep a folder lies; at the root 0, above it less."""
    steps = folder.split("/") if folder else []
    return -steps.count("..") if ".." in steps else len(steps)
