"""Markdown as the exports write it: cells, tables, and numbers as people read them.

Texts come from logs and code: whatever Markdown, GitHub or an HTML renderer would act on is escaped. What a table or a
report holds belongs to the module that writes it.
"""

import re
from collections.abc import Iterable, Sequence

# What opens something inline. Every Markdown knows a backslash before the first; of the second only entities are sure.
_ESCAPED = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])")
_ENCODED = re.compile(r"[<>&|~$]")
# GitHub turns bare addresses into links.
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp):|\bwww\.")
# What opens a heading, a list or a line at the beginning of a text.
_BLOCK = re.compile(r"^(?:[#+=-]|\d+[.)](?=\s|$))")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def escape_markdown(text: str) -> str:
    """Return a text as Markdown shows it unchanged, on one line: line ends become `<br>`, control characters go."""
    lines = re.split(r"\r\n|\r|\n", _CONTROLS.sub("\ufffd", text.strip()))
    return "<br>".join(map(_escape_line, lines))


def _escape_line(text: str) -> str:
    encoded = _ENCODED.sub(_entity, text.replace("\t", " "))
    encoded = _ADDRESS.sub(lambda match: match[0][:-1] + _entity(match[0][-1]), encoded)
    escaped = _ESCAPED.sub(lambda match: f"\\{match[0]}", encoded)
    return _BLOCK.sub(lambda match: match[0][:-1] + _entity(match[0][-1]), escaped)


def _entity(character: re.Match[str] | str) -> str:
    return f"&#{ord(character if isinstance(character, str) else character[0])};"


def markdown_row(cells: Iterable[str]) -> str:
    """Return a row of a table; the cells are Markdown already."""
    return "| " + " | ".join(cells) + " |\n"


def markdown_head(titles: Sequence[str], numbers: Iterable[bool]) -> str:
    """Return the two lines a table begins with; columns of numbers stand right."""
    return markdown_row(titles) + markdown_row("---:" if is_number else "---" for is_number in numbers)


def markdown_table(titles: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> str:
    """Return a table of values, or `empty` as a sentence; a column whose values are all numbers stands right."""
    if not rows:
        return f"{empty}\n"
    numbers = [all(isinstance(row[index], int | float | None) for row in rows) for index in range(len(titles))]
    return markdown_head(titles, numbers) + "".join(markdown_row(map(show_value, row)) for row in rows)


def show_value(value: object) -> str:
    """Return a value as people read it: 10,984; 2.5; yes; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return show_number(value) if isinstance(value, float) else escape_markdown(str(value))


def show_number(value: float) -> str:
    """Return a measured number with three significant digits, and whole from a hundred."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}" if abs(value) >= 1 else f"{value:.3g}"
