"""Sessions that say the same as a recorded one and look otherwise: another build, host, clock, saving, packing.

Each variation takes the text of a saved console and a source of chance, and returns the bytes of a file. What it says
of flows, beats and handlers is what the recording says, but for the cut and the joined ones.
"""

import gzip
import io
import random
import re
from collections.abc import Callable
from datetime import datetime

import zstandard

from tests.made.saved_console import entries_of
from tests.made.wrapped_logs import bracketed, levelled, serilog, wrapped

Variation = Callable[[str, random.Random], bytes]
_ANCHOR = re.compile(r"^(?P<file>[^\s:]+\.[a-z]+):(?P<line>\d+)(?= )")
_FRAME = re.compile(r"(?<=[a-z]:)(\d+)(?=(?::\d+\))?$)", re.M)
_OBJECT = re.compile(r" (?:\{[^{}]*\}|\(\d+\) \[.*\])$")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_HOST = re.compile(r"http://localhost:\d+")
OTHER_PROGRAM = (
    "vendor~main.4f2a.js:2 Download the developer tools for a better experience: https://example.org/tools",
    "client:495 [vite] connecting...\nclient:618 [vite] connected.",
    "tracker.js:88 [Metrics] flush 12 events in 3.4ms {queue: 12, ok: true}",
    " [Violation] 'setTimeout' handler took 66ms",
    "legacy.js:1204 Uncaught (in promise) DOMException: play() was interrupted\n    at load (legacy.js:1204:11)",
)


def packed_by_gzip(text: str, chance: random.Random) -> bytes:
    """Return the log in an archive of two members, as appending to a rotated file makes them."""
    half = len(text) // 2
    return gzip.compress(text[:half].encode()) + gzip.compress(text[half:].encode())


def packed_by_zstd(text: str, chance: random.Random) -> bytes:
    """Return the log in a zstd frame that does not say its size."""
    target = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(target, closefd=False) as writer:
        writer.write(text.encode())
    return target.getvalue()


def with_windows_line_ends(text: str, chance: random.Random) -> bytes:
    """Return the log as an editor of Windows saves it: CRLF and a byte order mark."""
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def at_another_time(text: str, chance: random.Random) -> bytes:
    """Return the log of another year, across midnight of a leap day."""
    first = _STAMP.search(text)
    if first is None:
        return text.encode()
    away = datetime.fromisoformat("2028-02-28T23:59:55.000+00:00") - datetime.fromisoformat(first[0])
    return _STAMP.sub(lambda found: _stamped(datetime.fromisoformat(found[0]) + away), text).encode()


def of_another_build(text: str, chance: random.Random) -> bytes:
    """Return the log of a build in which every file has other lines: anchors and stack frames shift per file."""
    shifts: dict[str, int] = {}

    def shifted(found: re.Match[str]) -> str:
        shift = shifts.setdefault(found["file"], chance.randint(1, 400))
        return f"{found['file']}:{int(found['line']) + shift}"

    moved = [_ANCHOR.sub(shifted, row) for row in entries_of(text)]
    return "".join(f"{_FRAME.sub(lambda found: str(int(found[0]) + 7), row)}\n" for row in moved).encode()


def saved_raw(text: str, chance: random.Random) -> bytes:
    """Return the log as saved without scrolling: most rows in runs have no anchor and no objects."""
    is_raw, kept = False, []
    for row in entries_of(text):
        is_raw = not is_raw if chance.random() < 0.02 else is_raw
        if is_raw and (anchor := _ANCHOR.match(row)):
            first, *rest = row[anchor.end() :].split("\n")
            kept.append("\n".join([_OBJECT.sub(" ", first), *(line for line in rest if " @ " not in line)]))
        else:
            kept.append(row)
    return "".join(f"{row}\n" for row in kept).encode()


def from_another_host(text: str, chance: random.Random) -> bytes:
    """Return the log of the application served elsewhere, by https."""
    return _HOST.sub("https://app.example.org:8443", text).encode()


def mixed_with_another_program(text: str, chance: random.Random) -> bytes:
    """Return the log with rows of another program of the same page in between."""
    mixed: list[str] = []
    for row in entries_of(text):
        if chance.random() < 0.03:
            mixed.append(chance.choice(OTHER_PROGRAM))
        mixed.append(row)
    return "".join(f"{row}\n" for row in mixed).encode()


def caught_by_a_script(text: str, chance: random.Random) -> bytes:
    """Return the log as a test script catches it: a time and perhaps the console's method before each message."""
    return wrapped(text, chance.choice((levelled, bracketed))).encode()


def written_by_a_shell(text: str, chance: random.Random) -> bytes:
    """Return the log as a desktop shell writes it down, by Serilog."""
    return wrapped(text, serilog).encode()


def cut(text: str, chance: random.Random) -> bytes:
    """Return the beginning of the log up to some byte, be it inside a character."""
    content = text.encode()
    return content[: chance.randint(len(content) // 2, len(content) - 1)]


def _stamped(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


# By the end of the file's name: what changes no figure.
FAITHFUL: dict[str, tuple[str, Variation]] = {
    "gzip": (".log.gz", packed_by_gzip),
    "zstd": (".log.zst", packed_by_zstd),
    "windows": (".log", with_windows_line_ends),
    "time": (".log", at_another_time),
    "build": (".log", of_another_build),
    "raw": (".log", saved_raw),
    "host": (".log", from_another_host),
    "script": (".log", caught_by_a_script),
    "shell": (".log", written_by_a_shell),
    "mixed": (".log", mixed_with_another_program),
}
