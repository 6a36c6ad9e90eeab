"""The text of a report, whatever its encoding, and what it is by its first record, however much stands before that.

Reports are written by many tools: with and without a mark of their encoding, with bytes that fit none, with pages of
comments at the top. What the records say is read in the modules of each kind.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\x00", "utf-16-le"), (b"{\x00", "utf-16-le"), (b"\x00<", "utf-16-be"), (b"\x00{", "utf-16-be"))
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})[\"']")
# XML 1.0, section 2.2: no other control characters, no half of a pair, also not as a number.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = 27
_COLOUR = re.compile(r"\x1b\[[0-9;:]{0,40}m")
_NUMBERED = re.compile(r"&#(?:x0*([0-9a-fA-F]{1,8})|0*([0-9]{1,9}));")
_BEFORE_ROOT = re.compile(r"\s++|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*+(\[.*?\]\s*+)?>", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_BLANK = "\ufffd"
# Test results in XML are told by their root alone.
RESULT_ROOTS = frozenset({"testsuites", "testsuite"})


def decode_report(content: bytes) -> tuple[str, str | None]:
    """Return a report's text and, where bytes had to be replaced or an encoding guessed, that in words."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode(content[len(mark) :], encoding)
    unmarked = next((encoding for start, encoding in _UNMARKED if content.startswith(start)), None)
    if unmarked:
        return _decode(content, unmarked)
    declared = _declared_encoding(content)
    if declared:
        return _decode(content, declared)
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "not UTF-8 and of no declared encoding: read as Windows-1252"


def _declared_encoding(content: bytes) -> str | None:
    found = _DECLARED.match(content[:400])
    if found is None:
        return None
    name = found[1].decode("ascii").lower()
    try:
        # A declaration that can be read byte by byte is in no encoding of two or four bytes, whatever it says.
        is_wide = codecs.lookup(name).name.startswith(("utf-16", "utf-32"))
        "".encode(name)
    except (LookupError, UnicodeError):
        return None
    return "utf-8" if is_wide else name


def _decode(content: bytes, encoding: str) -> tuple[str, str | None]:
    try:
        return content.decode(encoding), None
    except (UnicodeError, ValueError):
        text = content.decode(encoding, "replace")
        return text, f"{text.count(_BLANK):,} places that are not {encoding.upper()} were replaced"


def root_of(text: str) -> tuple[str, str, str | None]:
    """Return the root's tag, the text from the root on, and why it may not be read; ('', text, None) without a root."""
    at, has_own_types = 0, False
    while found := _BEFORE_ROOT.match(text, at) or _DOCTYPE.match(text, at):
        has_own_types |= found.re is _DOCTYPE and bool(found[1])
        at = found.end()
    root = _ROOT.match(text, at)
    if has_own_types and "<!ENTITY" in text:
        # Expanding entities is a known way to fill a memory.
        return root[1] if root else "", text[at:], "XML that defines entities is not read"
    return root[1] if root else "", text[at:], None


def without_forbidden(text: str) -> tuple[str, int]:
    """Take out colours of terminals, replace the other characters XML does not allow, and count both."""
    count = 0

    def replace_number(found: re.Match[str]) -> str:
        nonlocal count
        number = int(found[1], 16) if found[1] else int(found[2])
        if number == _ESCAPE:
            return chr(_ESCAPE)
        is_allowed = number <= 0x10FFFF and not _NO_XML.match(chr(number))
        count += not is_allowed
        return found[0] if is_allowed else _BLANK

    if "&#" in text:
        text = _NUMBERED.sub(replace_number, text)
    text, colour_count = _COLOUR.subn("", text)
    text, other_count = _NO_XML.subn(_BLANK, text)
    return text, count + colour_count + other_count
