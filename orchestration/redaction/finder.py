"""Find the texts in which a rule may match: all anchors of all rules in one pass over the bytes, by Hyperscan.

Hyperscan tells quickly and without backtracking where a pattern ends, and nothing else; most bytes hold no anchor.
What a match is, is decided by redactor.py in the few texts found.
"""

import threading
from collections.abc import Sequence
from functools import cache

import hyperscan
import numpy as np
from numpy.typing import NDArray

from orchestration.redaction.escapes import ANCHOR as ESCAPES
from orchestration.redaction.rules import Rule

Numbers = NDArray[np.int64]
# A sign that can stand between a name and its value, plain or in any escape.
_SIGN_SOON = r"[^\n=:>,%&]{0,30}[=:>,%&\\]"
# The number of an anchor in the high bits, where it ends in the low ones: one integer a find.
_END_BITS = 40


class Finder:
    """Finds texts for rules; safe to use from several threads."""

    def __init__(self, anchors_of_rules: Sequence[Sequence[str]]) -> None:
        """Compile the anchors; equal ones are one. Escapes are found as if by a rule behind the last."""
        rules_of_anchor: dict[str, list[int]] = {ESCAPES: [len(anchors_of_rules)]}
        for number, anchors in enumerate(anchors_of_rules):
            for anchor in anchors:
                rules_of_anchor.setdefault(anchor, []).append(number)
        self._rules_of_anchor = list(rules_of_anchor.values())
        self._database = hyperscan.Database()
        patterns = [anchor.encode() for anchor in rules_of_anchor]
        self._database.compile(expressions=patterns, ids=list(range(len(patterns))), flags=[0] * len(patterns))
        self._scratches = threading.local()

    def find(self, data: bytes | NDArray[np.uint8], starts: Numbers) -> list[tuple[int, list[int]]]:
        """Return the texts in order, each with the rules to try in it; one more than the last is for its escapes.

        The texts lie in `data` one after the other, each followed by a line feed, and begin at `starts`.
        """
        finds: list[int] = []
        add = finds.append

        def found(anchor: int, _begin: int, end: int, _flags: int, _context: object) -> None:
            add(anchor << _END_BITS | end)

        # Any buffer will do; the annotations of the library know texts only.
        self._database.scan(data, found, scratch=self._scratch())  # type: ignore[type-var]
        if not finds:
            return []
        found_at = np.array(finds, np.int64)
        texts = np.searchsorted(starts, (found_at & ((1 << _END_BITS) - 1)) - 1, side="right") - 1
        pairs = np.unique(np.maximum(texts, 0) * len(self._rules_of_anchor) + (found_at >> _END_BITS))
        rules: dict[int, set[int]] = {}
        for text, anchor in zip(*(part.tolist() for part in np.divmod(pairs, len(self._rules_of_anchor))), strict=True):
            rules.setdefault(text, set()).update(self._rules_of_anchor[anchor])
        return [(text, sorted(numbers)) for text, numbers in rules.items()]

    def _scratch(self) -> hyperscan.Scratch:
        if not hasattr(self._scratches, "scratch"):
            self._scratches.scratch = self._database.scratch.clone()
        scratch: hyperscan.Scratch = self._scratches.scratch
        return scratch


@cache
def finder_of(rules: tuple[Rule, ...]) -> Finder:
    """Return the finder of the rules."""
    return _finder(tuple(_anchors(rule) for rule in rules))


@cache
def _finder(anchors_of_rules: tuple[tuple[str, ...], ...]) -> Finder:
    """Compile a finder, which takes a fifth of a second, once for all rules that are found alike."""
    return Finder(anchors_of_rules)


def _anchors(rule: Rule) -> tuple[str, ...]:
    return (rule.anchor,) if rule.anchor else tuple(f"(?i){word}{_SIGN_SOON}" for word in rule.words)
