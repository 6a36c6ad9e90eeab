"""Texts with their escapes undone, however deep: of addresses (%22, %2522), of HTML (&quot;) and of JSON.

What is found in the plain view is brought back to the places of the text as it was written. The view is for finding
only: it is never kept.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

# Hyperscan's pattern of texts that are worth a view. Quotes behind backslashes alone the rules know themselves.
ANCHOR = r"%[2-7][0-9A-Fa-f]|&(?:amp;|#x?[0-9A-Fa-f]{2}|quot|apos|lt|gt)|\\u00[2-7]"
_ESCAPE = re.compile(
    rb"%(?:25)*(?P<percent>[0-9A-Fa-f]{2})|&(?:amp;)*(?:(?P<name>quot|apos|lt|gt|amp)|#(?P<decimal>\d{2,3})|"
    rb"#x(?P<hexadecimal>[0-9A-Fa-f]{2}));|\\+(?:u00(?P<unicode>[0-9A-Fa-f]{2})|(?P<quote>[\"'/])|(?P<blank>[nrt]))"
)
_NAMES = {b"quot": b'"', b"apos": b"'", b"lt": b"<", b"gt": b">", b"amp": b"&"}


@dataclass(frozen=True, slots=True)
class PlainView:
    """A text without escapes; `plain_places[i]` of it was at `places[i]`, and what follows as far behind."""

    text: bytes
    plain_places: list[int]
    places: list[int]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where the bytes from `begin` to before `end` stand in the text as it was written."""
        return self._place(begin), self._place(end)

    def _place(self, plain: int) -> int:
        at = bisect_right(self.plain_places, plain) - 1
        return self.places[at] + plain - self.plain_places[at]


def plain_view(text: bytes) -> PlainView:
    """Return a text with its escapes undone."""
    pieces: list[bytes] = []
    plain_places, places = [0], [0]
    size = done = 0
    for escape in _ESCAPE.finditer(text):
        before, sign = text[done : escape.start()], _sign(escape)
        pieces += [before, sign]
        done = escape.end()
        size += len(before)
        plain_places += [size, size + len(sign)]
        size += len(sign)
        places += [escape.start(), done]
    pieces.append(text[done:])
    return PlainView(b"".join(pieces), plain_places, places)


def _sign(escape: "re.Match[bytes]") -> bytes:
    kind = escape.lastgroup
    value = escape[kind or 0]
    if kind == "quote":
        return value
    if kind == "blank":
        return b" "
    if kind == "name":
        return _NAMES[value]
    number = int(value, 10 if kind == "decimal" else 16)
    # A view has one line; what is no character of its own there is a part of one.
    return b" " if number < ord(" ") or number > 0xFF else bytes([number])
