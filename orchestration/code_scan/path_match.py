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
        found = self.closest(foreign)[1]
        return found[0] if len(found) == 1 else None

    def closest(self, foreign: str) -> tuple[int, list[str]]:
        """Return how many last parts agree at most, and the files that agree so far; none when it says nothing."""
        wanted = tuple(part for part in reversed(plain_path(foreign).split("/")) if part not in ("", "."))
        scored = (
            [(_agreement(parts, wanted), parts) for parts in self._by_name.get(wanted[0].lower(), ())] if wanted else []
        )
        most = max((agreement for agreement, _ in scored), default=0)
        best = [parts for agreement, parts in scored if agreement == most]
        # A name alone says nothing (there is an index.ts everywhere) unless it is all there is of one of the two.
        if most < 2 and not (len(best) == 1 and most in (len(best[0]), len(wanted))):
            return most, []
        return most, sorted("/".join(reversed(parts)) for parts in best)


def plain_path(foreign: str) -> str:
    """Return a path of another machine with `/` between its parts, whatever wrote it."""
    return foreign.removeprefix("file://").replace("\\", "/")


def _agreement(parts: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Count the last parts that are equal."""
    count = 0
    for one, other in zip(parts, wanted, strict=False):
        if one != other:
            break
        count += 1
    return count
