"""Files given as logs that are none: JSON documents, told by what they hold and not by their name.

Asked only for a file no dialect recognises. A JSON log (one object per line, or a list of entries) is not named here.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.given_files import open_given
from orchestration.log_ingest.byte_stream import ByteStream

JSON_DOCUMENT = "a JSON document (analysis or configuration file)"
# A larger file is not held in memory to be looked at.
_MAX_BYTE_COUNT = 64 << 20
_BLOCK_BYTE_COUNT = 1 << 20
# An entry of a log says when and what, under one of these names each.
_TIME_KEYS = frozenset({"time", "timestamp", "@timestamp", "ts", "t", "@t", "date", "datetime", "timeunixnano"})
_MESSAGE_KEYS = frozenset({"message", "msg", "@m", "@mt", "log", "body", "text", "textpayload"})
# Lists of entries come wrapped in little else; `resourceLogs` and its like are OpenTelemetry's.
_MOST_KEYS_AROUND_ENTRIES = 3
_LOG_ROOTS = frozenset({"resourcelogs", "resourcespans", "logevents"})


def describe_document(path: Path) -> str | None:
    """Say what a file is when it is no log; None when it may be one. Raises OSError."""
    text = _text(path)
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return None if _holds_log_lines(document) else JSON_DOCUMENT


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


def _is_entry(item: Any) -> bool:
    keys = {str(key).lower() for key in item} if isinstance(item, dict) else set()
    return bool(keys & _TIME_KEYS and keys & _MESSAGE_KEYS)
