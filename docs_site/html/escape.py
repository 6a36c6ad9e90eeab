"""Log and code text made harmless: one function per place it can stand in.

Every text that comes from a log, a source file, a declaration or a file name passes through exactly one of these on
its way into a page. Templates escape HTML by themselves (docs_site/html/render.py), with `visible` run first. Add a
function here for a new place; never build a page with a text that met none of them.
"""

import json
import re
from html import escape, unescape

from orchestration.domain.spreadsheets import is_taken_for_formula

# Control characters show as their pictures: left alone they hide text, or end a line where none ends.
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: "\u2421"}
# Tricks of direction and width, and what a terminal would obey: a reader would see another text than the one that is
# there. U+200C and U+200D stay: scripts and emoji are written with them.
_INVISIBLE = {
    code: f"\u27e8U+{code:04X}\u27e9"
    for code in (
        *range(0x80, 0xA0),
        *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFFF9, 0xFFFC),
        *range(0x1BCA0, 0x1BCA4),
        *range(0x1D173, 0x1D17B),
        *range(0xE0000, 0xE0080),
    )
}
# U+E000 and U+E001 mark where docs_site/engine/stage.py puts HTML back.
_MARKS = {0xE000: "\ufffd", 0xE001: "\ufffd"}
_LINE_ENDS = {0x0D: "\u240d", 0x85: " ", 0x2028: " ", 0x2029: " "}
_VISIBLE = _PICTURES | _INVISIBLE | _MARKS | _LINE_ENDS
_SURROGATE = re.compile("[\ud800-\udfff]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# A word joiner: takes no room, breaks no search, and before it nothing is a formula.
FIRM_TEXT = "&#8288;"
_TAG = re.compile(r"<[^>]*>")
# Quick, and true of every cell that could begin with a sign once its tags and references are gone.
_FIRST_SIGN = re.compile(r"(?:<[^>]*>|\s)*[=+@&\uff1d\uff0b\uff0d\uff20-]")


def visible(text: str) -> str:
    """Return `text` with control, direction and broken characters shown instead of acting."""
    # Nothing that is replaced is printable, and nearly every text is.
    if text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", text).translate(_VISIBLE)


def html_text(text: str) -> str:
    """Escape for the text of an HTML element."""
    return escape(visible(text), quote=False)


def html_attribute(text: str) -> str:
    """Escape for the inside of a double-quoted HTML attribute."""
    kept = escape(visible(text), quote=True)
    return kept.replace("`", "&#96;").replace("\n", "&#10;").replace("\t", "&#9;")


def markdown_inline(text: str) -> str:
    """Encode for a Markdown paragraph or heading: no punctuation is left that Markdown or HTML could read."""
    line = " ".join(visible(text).split())
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", line)


def firm_cell(html: str) -> str:
    """Return the HTML of a table's cell, made so that a spreadsheet it is opened or pasted in takes it for text."""
    if _FIRST_SIGN.match(html) is None:
        return html
    shown = unescape(_TAG.sub("", html)).lstrip()
    return f"{FIRM_TEXT}{html}" if is_taken_for_formula(shown) else html


def script_json(value: object) -> str:
    """Serialise for a `<script type="application/json">`: nothing in it can end the element or start a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = _SURROGATE.sub("\ufffd", text)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def mermaid_label(text: str) -> str:
    """Encode for a quoted label of a Mermaid diagram, in Mermaid's own `#code;` form."""
    line = " ".join(visible(text).split())
    return _PUNCTUATION.sub(lambda match: f"#{ord(match[0])};", line)


def figure_text(text: str) -> str:
    """Escape for a text plotly draws, which it would read as a small HTML of its own."""
    return escape(" ".join(visible(text).split()), quote=False)


def page_title(text: str) -> str:
    """Return a title that is the same text in every place the theme puts it, escaped or not.

    Titles go through the window title, the search index and the header, each with its own rule. The four characters
    that could be read as markup are replaced by look-alikes; the page's own heading shows the exact text.
    """
    line = " ".join(visible(text).split())
    return line.replace("<", "\u2039").replace(">", "\u203a").replace("&", "\uff06").replace('"', "\u201d")


def safe_href(address: str) -> str | None:
    """Return `address` if a link may lead there, else None: only web, editor and relative addresses."""
    clean = visible(address).strip()
    scheme = re.match(r"[^/?#]*:", clean)
    if scheme and scheme[0].lower() not in ("http:", "https:", "vscode:", "idea:", "file:"):
        return None
    return clean
