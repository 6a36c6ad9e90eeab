"""Where lines of a file were before a change: the arithmetic of diff hunks. Knows nothing of git or of functions."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """A change without context: `old_count` lines from `old_start` became `new_count` lines from `new_start`."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


NOWHERE = (1, 0)


def carry(first: int, last: int, hunks: Sequence[Hunk]) -> tuple[bool, tuple[int, int]]:
    """Return whether the hunks changed lines first..last, and where those lines were before (empty: NOWHERE)."""
    inside = any(_overlaps(hunk, first, last) for hunk in hunks)
    kept = [line for line in (_before(first, hunks, True), _before(last, hunks, False)) if line is not None]
    return inside, (kept[0], kept[1]) if len(kept) == 2 else NOWHERE


def _overlaps(hunk: Hunk, first: int, last: int) -> bool:
    if hunk.new_count == 0:
        # A pure deletion sits between two lines; it is inside when both are.
        return first <= hunk.new_start < last
    return hunk.new_start <= last and hunk.new_start + hunk.new_count - 1 >= first


def _before(line: int, hunks: Sequence[Hunk], is_first: bool) -> int | None:
    """Return where a line was before the hunks; a new line takes the nearest old one on its side of the function."""
    shift = 0
    for hunk in hunks:
        end = hunk.new_start + max(hunk.new_count, 1) - 1
        if hunk.new_count and hunk.new_start <= line <= end:
            if hunk.old_count == 0:
                return max(1, hunk.old_start + (1 if is_first else 0))
            return hunk.old_start if is_first else hunk.old_start + hunk.old_count - 1
        if hunk.new_start + (0 if hunk.new_count else 1) <= line and end < line:
            shift += hunk.old_count - hunk.new_count
    moved = line + shift
    return moved if moved > 0 else None
