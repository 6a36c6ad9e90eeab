"""Values of the log as JavaScript literals, and lines for comments: the only way log text enters a generated script.

Everything is JSON with non-ASCII escaped: no quote, line separator or direction mark of the log reaches the script
as such. Comments take words of ours and numbers; what is of the log stands in them as a JSON string.
"""

import json
import re
from typing import Any

_LONGEST_LINE = 110


def literal(value: Any) -> str:
    """Return a value on one line."""
    return json.dumps(value, ensure_ascii=True, separators=(", ", ": "))


def block(value: Any, depth: int = 0) -> str:
    """Return a value laid out for reading: one line where it fits, else a line per member."""
    line = literal(value)
    pad = "  " * depth
    if len(line) + len(pad) <= _LONGEST_LINE or not value or not isinstance(value, dict | list):
        return line
    if isinstance(value, dict):
        members = [f"{literal(key)}: {block(one, depth + 1)}" for key, one in value.items()]
    else:
        members = [block(one, depth + 1) for one in value]
    inner = "".join(f"{pad}  {member},\n" for member in members)
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return f"{opening}\n{inner}{pad}{closing}"


def comment(text: str) -> str:
    """Return text that may stand in a comment line: printable ASCII, nothing that could end or begin one."""
    plain = re.sub(r"[^\x20-\x7e]", "?", text)
    return plain.replace("*/", "* /").replace("/*", "/ *").replace("@vitest", "@ vitest")
