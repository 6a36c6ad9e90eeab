"""What an error says without the values it says it about: the message's shape.

Two messages of one shape differ in values only: numbers, ids, quoted values, variable parts of addresses. Names of code
stay: `reading 'price'` and `reading 'name'` are two faults. Which errors make a group belongs to error_grouping.py.
"""

import re
from functools import lru_cache

MOST_CHARACTERS = 600

# What the engines of JavaScript and Python put in quotes although it is a name of code, not a value.
_CODE_NAME = re.compile(
    r"(?:\b(?:reading|setting|attribute|property|method|module named|module specifier|argument|import name"
    r"|export named) (?=['\"`]))(['\"`])(?P<name>[^'\"`]{1,120})\1"
)
_HTTP_STATUS = re.compile(r"(?i)\b(?P<word>status(?: code)?:?|HTTP(?:/[0-9.]+)?|code:?) (?P<status>[1-5][0-9]{2})\b")
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,12}://[^\s'\"`<>)\]]+")
_QUOTED = re.compile(r"(?<!\w)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'(?!\w)|`[^`]*`|\u201c[^\u201d]*\u201d)")
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b"), "<time>"),
    (re.compile(r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<email>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<address>"),
    (
        re.compile(r"(?:\b[A-Za-z]:)?(?<![\w<>])(?:\.{0,2}[\\/])(?:[\w.@~+-]+[\\/])+[\w.@~+-]*(?::\d+(?::\d+)?)?"),
        "<path>",
    ),
    (re.compile(r"(?i)\b0x[0-9a-f]+\b"), "<hex>"),
    (re.compile(r"(?i)\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b"), "<hex>"),
    # Words joined with a part that holds a digit: ORD-2231, rx-node-k3j9, user_77.
    (re.compile(r"\b[A-Za-z][A-Za-z]*(?:[-_][A-Za-z]+)*(?:[-_](?=[A-Za-z]*\d)[A-Za-z0-9]+)+\b"), "<id>"),
    # A word of six and more in which letters follow digits follow letters is made, not written.
    (re.compile(r"\b(?=\w{6,})[A-Za-z]*\d+[A-Za-z]+\w*\b"), "<id>"),
    (
        re.compile(
            r"(?<![\w<])#?[-+]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?(?:\s?(?:%|(?:ms|s|min|h|bytes|[kMG]i?B)\b)|[a-zA-Z]{1,2}\b)?"
        ),
        "<number>",
    ),
    (re.compile(r"(?<=[A-Za-z])\d+\b"), "<number>"),
)
_BARE_QUOTE = re.compile(r"(?<!\\)[\"']")
_OBJECT = re.compile(r"\{[^{}]{0,400}\}")
_BRACKETS = re.compile(r"\[(<[a-z]+>)\]")
_LIST = re.compile(r"(<[a-z]+>)(?:\s*[,;]\s*\1)+")


@lru_cache(maxsize=65536)
def normalise_message(message: str) -> str:
    """Return the shape of a message: `order ORD-17 has 3 items` becomes `order <id> has <number> items`.

    Deterministic, and idempotent for what it can produce. Only the first 600 characters count.
    """
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\x00{len(kept) - 1}\x00"

    plain = message.replace("\x00", " ")
    if not _BARE_QUOTE.search(plain):
        # A log that quotes messages escapes the quotes in them.
        plain = plain.replace('\\"', '"').replace("\\'", "'")
    text = " ".join(plain[:MOST_CHARACTERS].split())
    text = _CODE_NAME.sub(lambda match: keep(match[0]), text)
    text = _HTTP_STATUS.sub(lambda match: f"{match['word']} {keep(match['status'])}", text)
    text = _URL.sub(lambda match: keep(normalise_url(match[0])), text)
    text = _QUOTED.sub("<value>", text)
    text = _OBJECT.sub("<object>", text)
    for pattern, placeholder in _STEPS:
        # Numbers inside the marks of what is kept are not numbers of the message.
        text = "".join(part if place % 2 else pattern.sub(placeholder, part) for place, part in _parts(text))
    text = _BRACKETS.sub(r"[\1, ...]", _LIST.sub(r"\1, ...", text))
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], text)


def normalise_url(url: str) -> str:
    """Return an address without its variable parts: query values, and path segments that hold a digit or are long."""
    scheme, _, rest = url.partition("://")
    path, has_query, query = rest.partition("?")
    host, *segments = path.rstrip(".,;:").split("/")
    shown = "/".join([host, *map(_segment, segments)])
    keys = sorted({part.partition("=")[0] for part in query.partition("#")[0].split("&") if part})
    return f"{scheme}://{shown}" + (f"?{'&'.join(keys)}" if has_query and keys else "")


def url_host(url: str | None) -> str | None:
    """Return the host of an address with its port; None when there is no address."""
    match = re.match(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([^/?#\s]+)", url or "", re.IGNORECASE)
    return match[1].lower() if match else None


def _segment(segment: str) -> str:
    # Version segments (v2) and file names are part of the address; what holds other digits stands for a thing.
    if re.fullmatch(r"v\d{1,2}", segment) or not re.search(r"\d", segment):
        return segment if len(segment) <= 60 else "<id>"
    return "<number>" if segment.isdigit() else "<id>"


def _parts(text: str) -> list[tuple[int, str]]:
    pieces = re.split("(\x00\\d+\x00)", text)
    return list(enumerate(pieces))
