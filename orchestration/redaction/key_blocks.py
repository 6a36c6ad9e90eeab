"""The body of a private key over several texts: base64 between the line that begins it and the one that ends it.

A logger may put a stamp, a level or JSON before and after every line of a key. The lines that begin and end a key are
found by the rules like any other secret; here is what lies between.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import re2
from numpy.typing import NDArray

from orchestration.redaction.finder import Numbers

_MAX_LINE_COUNT = 200
_BEGIN = re2.compile(rb"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY")
_END = re2.compile(rb"-----END [A-Z0-9 ]{0,30}PRIVATE KEY")
# A run of base64 that is a line of a key: long, or all that stands behind what stands before every line.
_LONG = re2.compile(rb"[A-Za-z0-9+/=]{32,}")
_ANY = re2.compile(
    rb"(?:[A-Za-z0-9+/]{2,}={0,2}|(?:Proc-Type|DEK-Info|Version|Comment|Hash): [\w,. -]*|=[A-Za-z0-9+/]{4})"
)
# A short last line looks like a word: it is taken where it ends its text, but for what closes JSON.
_LAST = re2.compile(rb"([A-Za-z0-9+/]{2,}={0,2})(?:\\\\*[nr\"'])*[\"'}\],;\s]*$")


def key_bodies(
    heads: Sequence[int], data: NDArray[np.uint8], starts: Numbers, sizes: Numbers
) -> Iterator[tuple[int, int, int]]:
    """Yield the text, begin and end of each line of the keys; `heads` are the texts in which a key begins or ends."""

    def text_at(place: int) -> bytes:
        return bytes(data[starts[place] : starts[place] + sizes[place]])

    ended = -1
    for place in heads:
        text = text_at(place)
        if (begin := _BEGIN.search(text)) and not _END.search(text, begin.start()):
            column = begin.start()
            last = next((p for p in heads if place < p <= place + _MAX_LINE_COUNT and _END.search(text_at(p))), None)
            stop = last if last is not None else min(place + _MAX_LINE_COUNT, len(starts))
            yield from _body(text_at, range(place + 1, stop), column, is_closed=last is not None)
            ended = stop
        elif (end := _END.search(text)) and not begin and ended != place:
            # Its beginning was in what was read before.
            before = range(place - 1, max(-1, place - _MAX_LINE_COUNT, ended), -1)
            yield from _body(text_at, before, end.start(), is_closed=False)


def _body(
    text_at: Callable[[int], bytes], places: range, column: int, *, is_closed: bool
) -> Iterator[tuple[int, int, int]]:
    for place in places:
        text = text_at(place)
        run = _LONG.search(text, min(column, len(text)) if len(text) > column else 0) or _LONG.search(text)
        if run:
            yield place, *run.span()
            continue
        at_column = _ANY.match(text, column) if len(text) > column else None
        short = at_column or (_LAST.search(text) if is_closed else _ANY.fullmatch(text.strip()) and _ANY.search(text))
        if short:
            yield place, *(short.span(1) if short.re is _LAST else short.span())
        elif not is_closed and text.strip():
            return
