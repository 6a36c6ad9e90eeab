"""Values of the log as Python literals: the only way log text enters a generated test for pytest.

Strings are ASCII with everything else escaped, so that no quote, line end or direction mark of the log reaches the file
as such; what Python has no literal for (NaN, infinities) is written as a call.
"""

import math
from collections.abc import Mapping
from typing import Any

_LONGEST_LINE = 110


def python_literal(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Mapping):
        members = (f"{python_literal(key)}: {python_literal(one)}" for key, one in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(python_literal(one) for one in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    return _text(str(value))


def python_block(value: Any, depth: int = 1) -> str:
    """Return a value laid out for reading: one line where it fits, else a line per member."""
    line = python_literal(value)
    pad = "    " * (depth - 1)
    if len(line) + 4 * depth <= _LONGEST_LINE or not value or not isinstance(value, Mapping | list | tuple):
        return line
    if isinstance(value, Mapping):
        members = [f"{python_literal(key)}: {python_block(one, depth + 1)}" for key, one in value.items()]
    else:
        members = [python_block(one, depth + 1) for one in value]
    inner = "".join(f"{pad}    {member},\n" for member in members)
    opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
    return f"{opening}\n{inner}{pad}{closing}"


def _text(text: str) -> str:
    """Return a string literal, in double quotes where that needs no escapes."""
    plain = ascii(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain and "\\'" not in plain else plain
