"""Which file of the scanned tree a path written on another machine means.

Absolute paths, Windows separators, container roots and package-relative paths: what counts is how many last parts of
the two paths agree, and that no other file agrees as well.
"""

from collections import defaultdict
from collections.abc import Iterable


class PathMatcher:
    """Finds files of a tree by the end of a foreign path."""

    def __init__(self, files: Iterable[str]) -> None:
        self._by_name: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for path in files:
            parts = tuple(reversed(path.split("/")))
            self._by_name[parts[0].lower()].append(parts)

    def match(self, foreign: str) -> str | None:
        """Return the one file whose path ends like `foreign`; None when no file or several do."""
        plain = foreign.removeprefix("file://").replace("\\", "/")
        wanted = tuple(part for part in reversed(plain.split("/")) if part not in ("", "."))
        if not wanted:
            return None
        scored = sorted(
            ((_agreement(parts, wanted), parts) for parts in self._by_name.get(wanted[0].lower(), ())), reverse=True
        )
        if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
            return None
        agreement, parts = scored[0]
        # A name alone says nothing (there is an index.ts everywhere) unless it is all there is of one of the two.
        if agreement < 2 and agreement not in (len(parts), len(wanted)):
            return None
        return "/".join(reversed(parts))


def _agreement(parts: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Count the last parts that are equal."""
    count = 0
    for one, other in zip(parts, wanted, strict=False):
        if one != other:
            break
        count += 1
    return count
