"""What a preview of the state shows of each key, though previews are cut in the middle of a value.

Applications preview the keys they changed as JSON and cut the text (the corpus' at 200 characters, and it names three
keys at most), so what arrives is usually no valid JSON. Here it is read key by key up to the cut; what stood behind
it is unknown and said to be so. Which key changed how is read in state_changes.py.
"""

import json
from dataclasses import dataclass
from typing import Any

_DECODER = json.JSONDecoder()
_ELLIPSES = ("\u2026", "...")
_KINDS = {'"': "string", "{": "object", "[": "array", "t": "boolean", "f": "boolean", "n": "null"}
# More names than these make a column of the table unreadable; the count is said instead.
_MOST_NAMES = 6
_MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value as far as the preview shows it: its JSON text, type and shape; `is_cut` when the cut is inside it."""

    text: str
    value_type: str
    shape: str | None
    is_cut: bool


def read_preview(preview: str) -> tuple[dict[str, SeenValue], bool]:
    """Return the values by key, and whether the preview was cut."""
    text = _unquoted(preview)
    if not text.startswith("{"):
        return {}, bool(text)
    seen: dict[str, SeenValue] = {}
    position = 1
    while position < len(text) and text[position] != "}":
        key, position = _decode(text, position)
        if not isinstance(key, str) or text[position : position + 1] != ":":
            return seen, True
        start = position + 1
        value, position = _decode(text, start)
        # A number that ends with the text may have lost digits: only what follows shows that it is whole.
        is_cut = position < 0 or position >= len(text)
        seen[key] = _cut_value(text[start:]) if is_cut else _whole_value(text[start:position], value)
        if is_cut:
            return seen, True
        position += text[position] == ","
    return seen, position >= len(text)


def _unquoted(preview: str) -> str:
    text = preview.strip()
    for ellipsis in _ELLIPSES:
        text = text.removesuffix(ellipsis)
    # Some dialects write the preview as a quoted value, with its own quotes escaped.
    return text.replace('\\"', '"').replace("\\\\", "\\") if text.startswith('{\\"') else text


def _decode(text: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, -1


def _whole_value(text: str, value: Any) -> SeenValue:
    return SeenValue(text[:_MOST_TEXT], _type_of(text), _shape(value), len(text) > _MOST_TEXT)


def _cut_value(text: str) -> SeenValue:
    value_type = _type_of(text) if text else "unknown"
    shape = {"array": _cut_array, "object": _cut_object}.get(value_type, lambda _: None)(text)
    return SeenValue(text[:_MOST_TEXT], value_type, shape, True)


def _type_of(text: str) -> str:
    return _KINDS.get(text[0], "number" if text[0] in "-0123456789" else "unknown")


def _shape(value: Any) -> str | None:
    if isinstance(value, dict):
        return _names(list(value), is_cut=False)
    if isinstance(value, list):
        kinds = sorted({_type_of(json.dumps(item)) for item in value})
        of = f" of {kinds[0]}" if len(kinds) == 1 else ""
        return f"{len(value)} item{'' if len(value) == 1 else 's'}{of}"
    if isinstance(value, str):
        return f"{len(value)} character{'' if len(value) == 1 else 's'}"
    return None


def _names(names: list[str], *, is_cut: bool) -> str:
    shown = sorted(names)[:_MOST_NAMES]
    more = ["\u2026"] if is_cut or len(names) > _MOST_NAMES else []
    return "{" + ", ".join([*shown, *more]) + "}"


def _cut_array(text: str) -> str:
    count, position = 0, 1
    while 0 <= position < len(text) and text[position] != "]":
        count += 1
        _, position = _decode(text, position)
        position += 0 <= position < len(text) and text[position] == ","
    return f"{count} item{'' if count == 1 else 's'} or more" if count else "items not shown"


def _cut_object(text: str) -> str:
    names: list[str] = []
    position = 1
    while 0 <= position < len(text) and text[position] != "}":
        name, position = _decode(text, position)
        if not isinstance(name, str) or text[position : position + 1] != ":":
            break
        names.append(name)
        _, position = _decode(text, position + 1)
        position += 0 <= position < len(text) and text[position] == ","
    return _names(names, is_cut=True)
