"""Values a log message carries in itself, whatever application wrote it: key=value pairs and JSON objects.

Used for the records right before a flow, which say what was asked for. Names are the message's own.
"""

import json
import re
from collections.abc import Mapping

_PAIR = re.compile(r"""(?<![\w.-])([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|[^\s",;()\[\]{}]+)""")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
# More pairs than this in one message are a dump, not a request.
_MOST_VALUES = 60


def values_of(message: str) -> Mapping[str, str]:
    """Return the values of a message as JSON text by name; a name that occurs twice keeps its first value."""
    found: dict[str, str] = {}
    for match in _PAIR.finditer(message):
        found.setdefault(match[1], _json_of(match[2]))
    for key, value in _object_in(message).items():
        found.setdefault(key, json.dumps(value, ensure_ascii=False))
    return dict(list(found.items())[:_MOST_VALUES])


def _json_of(text: str) -> str:
    if text.startswith('"'):
        plain = _ESCAPED.sub(lambda match: _CONTROLS.get(match[1], match[1]), text[1:-1])
        return json.dumps(plain, ensure_ascii=False)
    is_number = re.fullmatch(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?|true|false|null", text)
    return text if is_number else json.dumps(text, ensure_ascii=False)


def _object_in(message: str) -> dict[str, object]:
    start = message.find('{"')
    if start < 0:
        return {}
    try:
        value, _ = json.JSONDecoder().raw_decode(message, start)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
