"""Data that stands beside a page as a script, because a page opened as a file may load scripts but not fetch files.

The script puts a gzip, written in base64, under its key; assets/side_data.js asks for it, unpacks it in the browser and
gives JSON. Packed, log lines take a tenth of their room. What is in the JSON belongs to the page's own modules.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterable

_SURROGATE = re.compile("[\ud800-\udfff]")


def side_script(key: str, value: object) -> bytes:
    """Return the script file that offers `value` under `key`; the same value gives the same bytes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # A lone surrogate cannot be written as UTF-8; it only comes from text that was broken before.
    packed = gzip.compress(_SURROGATE.sub("\ufffd", text).encode(), compresslevel=6, mtime=0)
    return _script(key, base64.b64encode(packed).decode("ascii"))


def _script(key: str, packed: str) -> bytes:
    name = json.dumps(key).replace("<", "\\u003c")
    return f'(self.sightlineData=self.sightlineData||{{}})[{name}]="{packed}";\n'.encode()


class Strings:
    """A table of texts: each is stored once, and rows hold its number. Number 0 is the empty text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: object) -> int:
        """Return the number of a text, adding it if it is new; null is the empty text."""
        key = "" if text is None else str(text)
        return self._numbers.setdefault(key, len(self._numbers))

    def numbers(self, texts: Iterable[str | None]) -> list[int]:
        """Return the numbers of a whole column, which is much faster than one by one."""
        known = self._numbers
        return [known.setdefault(text or "", len(known)) for text in texts]

    @property
    def texts(self) -> list[str]:
        """Return all texts in the order of their numbers."""
        return list(self._numbers)
