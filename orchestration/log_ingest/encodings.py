"""Which encoding of two or four bytes a character a text is in: by its byte order mark, or by how its bytes lie.

Everything else is taken for UTF-8; what is none of it is repaired line by line (segment.py).
"""

import codecs

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
# A beginning tells; a whole number of characters in all of them.
_JUDGED_BYTE_COUNT = 4096
# Digits, blanks and line feeds are in every log, whatever language it speaks.
_LEAST_ASCII_SHARE = 0.3
_LEAST_READABLE_SHARE = 0.95
# A few bytes can be anything: four line feeds and zeros read as a letter of Gurmukhi and a line feed.
_FEWEST_CHARACTERS = 8


def wide_encoding(head: bytes) -> str | None:
    """Return the encoding of a text that begins so when it is one of wide characters; None for all others."""
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    judged = head[:_JUDGED_BYTE_COUNT]
    # Without a zero byte no ASCII character is wide: most logs are done here.
    if marked or b"\0" not in judged:
        return marked
    return next((encoding for encoding in _UNMARKED if _is_readable(judged, encoding)), None)


def _is_readable(data: bytes, encoding: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(data)
    except UnicodeDecodeError:
        return False
    readable = sum(character.isprintable() or character in "\r\n\t\x1b" for character in text)
    ascii_count = sum(character < "\x7f" for character in text)
    return (
        len(text) >= _FEWEST_CHARACTERS
        and readable >= _LEAST_READABLE_SHARE * len(text)
        and ascii_count >= _LEAST_ASCII_SHARE * len(text)
    )
