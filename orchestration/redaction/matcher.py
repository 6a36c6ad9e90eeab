"""What in the texts found is a secret: each rule's pattern, by RE2, and its further tests.

A pattern runs over all its texts as one block: a call per text would cost more than the search itself. Where texts are
found is finder.py, what becomes of what is found redactor.py.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import re2

from orchestration.redaction.checks import CHECKS, entropy
from orchestration.redaction.finder import Numbers
from orchestration.redaction.rules import Rule

# What follows an unquoted value more often than it ends one.
_CLOSING = b")]}>.:\\"


@dataclass(frozen=True, slots=True)
class Find:
    """Where a rule found a secret in a text, and what it is without escapes: the same in any has the same mark."""

    span: tuple[int, int]
    rule: Rule
    secret: bytes


class Block:
    """Texts one after the other, each followed by a line feed, by their places."""

    def __init__(self, texts: Mapping[int, bytes]) -> None:
        """Lay the texts out."""
        self.texts = texts
        self.places = list(texts)
        self.data = b"\n".join([*texts.values(), b""])
        ends = np.cumsum(np.array([len(text) + 1 for text in texts.values()], np.int64))
        self.starts: Numbers = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else ends
        self._starts: list[int] = self.starts.tolist()

    def text_at(self, byte: int) -> tuple[int, int]:
        """Return the place of the text that holds a byte of the block, and where in the block it begins."""
        at = bisect_right(self._starts, byte) - 1
        return self.places[at], self._starts[at]


def finds_in(
    rules: Sequence[Rule], texts: Mapping[int, bytes], suspects: Sequence[tuple[int, Sequence[int]]]
) -> dict[int, list[Find]]:
    """Return the secrets in texts, by place; `suspects` says which rules to try in which."""
    places: dict[int, list[int]] = {}
    for place, numbers in suspects:
        for number in numbers:
            places.setdefault(number, []).append(place)
    blocks: dict[tuple[int, ...], Block] = {}
    found: dict[int, list[Find]] = {}
    for number in sorted(places):
        if number < len(rules):
            among = tuple(places[number])
            if among not in blocks:
                blocks[among] = Block({place: texts[place] for place in among})
            block = blocks[among]
            for place, find in _in_block(rules[number], block):
                found.setdefault(place, []).append(find)
    return found


def _in_block(rule: Rule, block: Block) -> Iterator[tuple[int, Find]]:
    pattern = _compiled(rule.pattern)
    position = 0
    while position < len(block.data) and (match := pattern.search(block.data, position)):
        whole = match.group(0)
        # The line feed before a text may stand for its beginning, the one behind it for its end.
        place, start = block.text_at(match.start() + (whole[:1] == b"\n"))
        if b"\n" in whole.strip(b"\n"):
            # No secret lies over two texts: what one alone holds is looked for anew.
            yield from ((place, find) for find in _in_text(rule, block.texts[place]))
            position = max(start + len(block.texts[place]), match.start() + 1)
            continue
        find, end = _find_of(rule, match, start)
        if find:
            yield place, find
        # What follows the secret may be what the next match begins with.
        position = max(end, match.start() + 1)


def _in_text(rule: Rule, text: bytes) -> Iterator[Find]:
    pattern = _compiled(rule.pattern)
    position = 0
    while position <= len(text) and (match := pattern.search(text, position)):
        find, end = _find_of(rule, match, 0)
        if find:
            yield find
        position = max(end, match.start() + 1)


def _find_of(rule: Rule, match: "re2._Match[Any]", start: int) -> tuple[Find | None, int]:
    """Return the secret of a match in a text that begins at `start`, if it is one, and where it ends."""
    begin, end = _secret_span(rule, match)
    secret = match.string[begin:end]
    closed = secret.rstrip(_CLOSING) or secret
    is_one = bool(secret) and _holds(rule, match.group(0), closed)
    return Find((begin - start, begin - start + len(closed)), rule, closed) if is_one else None, end


def _secret_span(rule: Rule, match: "re2._Match[Any]") -> tuple[int, int]:
    matched = [group for group in _groups(rule.pattern) if match.span(group)[0] >= 0]
    group = matched[0] if matched else rule.secret_group or int(match.re.groups == 1)
    span: tuple[int, int] = match.span(group)
    return span


def _holds(rule: Rule, match: bytes, secret: bytes) -> bool:
    """Tell whether a match is a secret by the rule's further tests."""
    text = secret.decode(errors="replace")
    if len(text) < rule.min_length or (rule.min_entropy and entropy(text) < rule.min_entropy):
        return False
    if rule.check and not CHECKS[rule.check](text):
        return False
    if any(_compiled(pattern).search(secret) for pattern in rule.spared):
        return False
    if any(_compiled(pattern).search(match) for pattern in rule.spared_match):
        return False
    lower = text.lower()
    return not any(word in lower for word in rule.spared_words)


@cache
def _compiled(pattern: str) -> "re2._Regexp[Any]":
    options = re2.Options()
    # A pattern too large for the quick way is run in the slow one; that is no news for the user.
    options.log_errors = False
    return re2.compile(pattern.encode(), options)


@cache
def _groups(pattern: str) -> tuple[int, ...]:
    """Return the numbers of the groups that hold a secret."""
    names = _compiled(pattern).groupindex.items()
    return tuple(number for name, number in names if (name if isinstance(name, str) else name.decode()).startswith("v"))
