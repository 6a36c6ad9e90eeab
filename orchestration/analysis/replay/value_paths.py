"""What a value of the state holds, place by place: `charge.cents`, `lines[].quantity`, and the length of each array.

Values arrive as JSON text, often cut. Of a cut value the whole members before the cut are read; what stood behind it is
not guessed. Rules over many values are value_rules.py's.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_CLOSERS = {"{": "}", "[": "]"}
# Deeper places say more about one value than about the handler.
_DEEPEST = 4
_MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A place in a value. `is_whole` is false for the lengths and contents that a cut may have shortened."""

    path: str
    value: Any
    is_whole: bool


def read_value(text: str, is_cut: bool) -> tuple[Any, bool, bool]:
    """Return what can be read of JSON text, whether anything can, and whether it is the whole value."""
    try:
        return json.loads(text), True, not is_cut
    except (ValueError, RecursionError):
        pass
    leading = _leading_part(text)
    if leading is None:
        return None, False, False
    try:
        return json.loads(leading), True, False
    except (ValueError, RecursionError):
        return None, False, False


def parts_of(value: Any, is_whole: bool, path: str = "", depth: int = 0, is_sample: bool = False) -> Iterator[Part]:
    """Yield the places of a value; elements of an array share the path `[]`.

    The first items of a cut array are a sample of no kind: nothing below them counts as whole.
    """
    yield Part(path, value, is_whole and not is_sample)
    if depth == _DEEPEST:
        return
    if isinstance(value, dict):
        for place, (name, member) in enumerate(value.items()):
            # Only the last member that is shown can itself have been shortened.
            whole = is_whole or place < len(value) - 1
            yield from parts_of(member, whole, f"{path}.{name}" if path else name, depth + 1, is_sample)
    elif isinstance(value, list):
        for item in value[:_MOST_ITEMS]:
            yield from parts_of(item, is_whole, f"{path}[]", depth + 1, is_sample or not is_whole)


def _leading_part(text: str) -> str | None:
    """Return the text up to its last comma outside strings, with what is open there closed; None when there is none."""
    stack: list[str] = []
    best: tuple[int, str] | None = None
    is_string = is_escaped = False
    for place, character in enumerate(text):
        if is_string:
            is_string = is_escaped or character != '"'
            is_escaped = not is_escaped and character == "\\"
        elif character == '"':
            is_string = True
        elif character in _CLOSERS:
            stack.append(_CLOSERS[character])
        elif character in "}]" and stack:
            stack.pop()
        elif character == ",":
            best = place, "".join(reversed(stack))
    return None if best is None else text[: best[0]] + best[1]
