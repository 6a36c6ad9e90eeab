"""Files given as logs that are none, and JSON that holds a log: told by what they hold and not by their name.

A file that was named as a log is asked about only when no dialect recognises it; of what lies in a folder the first
bytes are asked (file_kinds.py). A JSON log (one object per line, or a list of entries) is no document.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.given_files import open_given
from orchestration.log_ingest.byte_stream import ByteStream

JSON_KIND = "JSON document"
JSON_DOCUMENT = "a JSON document (analysis or configuration file)"
# A larger file is not held in memory to be looked at.
_MAX_BYTE_COUNT = 64 << 20
_BLOCK_BYTE_COUNT = 1 << 20
# An entry of a log says when, what and perhaps how serious, under one of these names each.
_TIME_KEYS = frozenset({"time", "timestamp", "@timestamp", "ts", "t", "@t", "date", "datetime", "timeunixnano"})
_MESSAGE_KEYS = frozenset({"message", "msg", "@m", "@mt", "log", "body", "text", "textpayload", "jsonpayload"})
_LEVEL_KEYS = frozenset({"level", "lvl", "severity", "levelname", "loglevel", "severitytext", "@l"})
# Lists of entries come wrapped in little else; `resourceLogs` and its like are OpenTelemetry's.
_MOST_KEYS_AROUND_ENTRIES = 3
_LOG_ROOTS = frozenset({"resourcelogs", "resourcespans", "logevents"})
_PAIR = re.compile(r'"([@\w]{1,20})"\s*:\s*"?([\w:.,/ +-]{0,40})')
# A date with a time, or seconds, milliseconds and less since 1970.
_MOMENT = re.compile(r"\d{4}\D\d{1,2}\D\d{1,2}|[1-9]\d{8,}|\d{1,2}\D+\w{2,3}\D+\d{2,4}|\d{1,2}:\d\d:\d\d")
# Of a document that is cut off: so many entries in its beginning.
_FEWEST_ENTRIES = 3
_JUDGED_LINE_COUNT = 50


def describe_document(path: Path) -> str | None:
    """Say what a file is when it is no log; None when it may be one. Raises OSError."""
    text = _text(path)
    if text.lstrip()[:1] not in ("{", "["):
        return None
    document = _value(text)
    return None if document is None or _holds_log_lines(document) else JSON_DOCUMENT


def _text(path: Path) -> str:
    pieces: list[bytes] = []
    left = _MAX_BYTE_COUNT
    with open_given(path) as file:
        stream = ByteStream(file, _BLOCK_BYTE_COUNT)
        for block in stream.text_blocks(stream.raw_blocks()):
            if not pieces and block.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
                return ""
            pieces.append(block)
            left -= len(block)
            if left < 0:
                return ""
    return b"".join(pieces).decode("utf-8-sig", "replace")


def _holds_log_lines(document: Any) -> bool:
    if isinstance(document, dict) and any(str(key).lower() in _LOG_ROOTS for key in document):
        return True
    return any(_is_entry(item) for item in _candidates(document))


def _candidates(document: Any) -> Iterator[Any]:
    """Yield what would be entries: the document, or those of a list that is all there is."""
    lists = [document]
    if isinstance(document, dict):
        yield document
        lists = list(document.values()) if len(document) <= _MOST_KEYS_AROUND_ENTRIES else []
    yield from (item for items in lists if isinstance(items, list) for item in items)


def holds_log_entries(text: str, *, is_whole: bool) -> bool:
    """Tell whether a text is JSON that holds a log: a line or an element for each entry, as far as the text goes.

    Stricter than `describe_document`: nobody said that the file is a log, so its entries must say when or how serious.
    """
    begin = text.lstrip("\0 \t\r\n")
    if begin[:1] not in ("{", "["):
        return False
    lines = [line for line in begin.splitlines()[:_JUDGED_LINE_COUNT] if line.strip()]
    entries = sum(_is_dated(value) or _is_graded(value) for value in map(_value, lines))
    if entries and 2 * entries >= len(lines):
        return True
    if not is_whole:
        return _seems_list_of_entries(begin)
    document = _value(begin)
    is_rooted = isinstance(document, dict) and any(str(key).lower() in _LOG_ROOTS for key in document)
    return is_rooted or any(_is_dated(item) for item in _candidates(document))


def _seems_list_of_entries(begin: str) -> bool:
    if not re.match(r'\[|\{\s*"[^"]*"\s*:\s*\[', begin):
        return False
    found = [(key.lower(), value) for key, value in _PAIR.findall(begin)]
    timed = sum(key in _TIME_KEYS and bool(_MOMENT.match(value)) for key, value in found)
    worded = sum(key in _MESSAGE_KEYS for key, _ in found)
    return any(key in _LOG_ROOTS for key, _ in found[:1]) or min(timed, worded) >= _FEWEST_ENTRIES


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_entry(item: Any) -> bool:
    keys = _keys(item)
    return bool(_TIME_KEYS & keys.keys() and _MESSAGE_KEYS & keys.keys())


def _is_dated(item: Any) -> bool:
    """Tell whether an entry says when, in a form that can be a moment, and what."""
    keys = _keys(item)
    moments = [str(keys[name]) for name in _TIME_KEYS & keys.keys()]
    return any(map(_MOMENT.match, moments)) and bool((_MESSAGE_KEYS | _LEVEL_KEYS) & keys.keys())


def _is_graded(item: Any) -> bool:
    keys = _keys(item).keys()
    return bool(_LEVEL_KEYS & keys and _MESSAGE_KEYS & keys)


def _keys(item: Any) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in item.items()} if isinstance(item, dict) else {}
