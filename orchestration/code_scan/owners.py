"""Owners of files, from a CODEOWNERS file: the last rule that matches a path counts, as on the forges."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pathspec import GitIgnoreSpec

_PLACES = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")


def read_owners(root: Path, paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the owners by path; empty when the root has no CODEOWNERS file."""
    found = next((root / place for place in _PLACES if (root / place).is_file()), None)
    if found is None:
        return {}
    rules = []
    for line in found.read_text("utf-8", "replace").splitlines():
        parts = line.partition("#")[0].split()
        if parts and not parts[0].startswith("["):
            rules.append((GitIgnoreSpec.from_lines([parts[0]]), tuple(parts[1:])))
    owners = {path: next((names for spec, names in reversed(rules) if spec.match_file(path)), ()) for path in paths}
    return {path: names for path, names in owners.items() if names}
