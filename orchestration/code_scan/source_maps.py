"""Source maps beside the built files of a tree: what leads a frame of a bundle back to its source line.

Builds lie where the scan of sources does not look (`dist`, ignored folders), so they are looked for on their own. Only
what places need is kept; reading a mapping belongs to analysis/errors/source_map.py.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.domain.home_mark import walk_outside_homes
from orchestration.given_files import read_given

# Maps of packages say nothing of the application.
_SKIPPED = frozenset({".git", ".hg", ".svn", ".sightline", "node_modules", "bower_components", ".venv", "venv"})
MOST_BYTES = 30_000_000
MOST_MAPS = 400


@dataclass(frozen=True, slots=True)
class FoundMap:
    """A source map: the built file's name, the map's path below the root, and the map without sources and names."""

    generated_file_name: str
    source_map_path: str
    content: str


def read_source_maps(root: Path, prefix: str = "") -> list[FoundMap]:
    """Return the readable source maps of scripts below a folder, in path order; others are passed over."""
    if not root.is_dir():
        return []
    found = []
    for path in sorted(_discover_maps(root))[:MOST_MAPS]:
        content = _read_content(path)
        if content is not None:
            relative = path.relative_to(root).as_posix().encode("utf-8", "surrogateescape")
            shown = prefix + relative.decode("utf-8", "backslashreplace")
            found.append(FoundMap(shown.rsplit("/", 1)[-1].removesuffix(".map"), shown, content))
    return found


def _discover_maps(root: Path) -> Iterator[Path]:
    for folder, folders, names in walk_outside_homes(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in names:
            path = Path(folder) / name
            if name.endswith((".js.map", ".mjs.map", ".cjs.map")) and path.is_file() and not path.is_symlink():
                yield path


def _read_content(path: Path) -> str | None:
    try:
        text = read_given(path, MOST_BYTES).decode("utf-8-sig", "replace")
        # The standard lets a map begin with a line that keeps it from being run as a script.
        read = json.loads(text.partition("\n")[2] if text.startswith(")]}") else text)
        sections = read["sections"] if isinstance(read, dict) and isinstance(read.get("sections"), list) else None
        if sections is None:
            kept = _without_text(read)
            return json.dumps(kept, separators=(",", ":")) if kept else None
        inner = [{"offset": section.get("offset"), "map": _without_text(section.get("map"))} for section in sections]
    except (OSError, ValueError, RecursionError, AttributeError):
        return None
    found = {"sections": [section for section in inner if section["map"]]}
    return json.dumps(found, separators=(",", ":")) if found["sections"] else None


def _without_text(read: Any) -> dict[str, Any] | None:
    """Return what places need of a map; None when it is none."""
    if not isinstance(read, dict) or not isinstance(read.get("mappings"), str):
        return None
    return {name: read[name] for name in ("sourceRoot", "sources", "mappings") if name in read}
