"""Syntax that is newer than the grammars: it is read past, so that it does not cost the functions around it.

A line here is a word or a clause that today's grammar does not know and that says nothing about functions, topics or
state. Where the parser failed, it is blanked out, or replaced by an older word of the same length, and the file is
parsed again: every line and column stays. A line goes when its grammar knows the syntax.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Parser

from orchestration.code_scan.languages import GRAMMARS, load_language
from orchestration.domain.amounts import named

_MOST_ROUNDS = 3
_SHOWN_KINDS = 5


@dataclass(frozen=True, slots=True)
class _Newer:
    """A syntax: the query folder of its languages, its name, where it stands, and what stands for it instead."""

    folder: str
    name: str
    pattern: re.Pattern[bytes]
    instead: bytes = b""

    def read_past(self, text: bytes) -> bytes:
        return self.pattern.sub(lambda match: self.instead.ljust(len(match[0]))[: len(match[0])], text)


_NEWER = (
    _Newer("ecmascript", "export type *", re.compile(rb"(?<=\bexport )type(?=\s*\*)")),
    _Newer("ecmascript", "import defer", re.compile(rb"(?<=\bimport )defer(?=\s+\*)")),
    _Newer("ecmascript", "import source", re.compile(rb"(?<=\bimport )source(?=\s+\w+\s+from\b)")),
    _Newer("ecmascript", "await using", re.compile(rb"\bawait\s+using(?=\s+\w+\s*(?:=|of\b))"), b"const"),
    _Newer("ecmascript", "using", re.compile(rb"\busing(?=\s+\w+\s*(?:=|of\b))"), b"const"),
    _Newer("ecmascript", "accessor fields", re.compile(rb"\baccessor(?=\s+[#\w\[])")),
    _Newer("ecmascript", "import attributes", re.compile(rb"(?<=['\"])\s+(?:with|assert)\s*\{[^{}\n]*\}")),
    _Newer("ecmascript", "& in attributes of JSX", re.compile(rb"&(?=\w+[=\"'])"), b"_"),
    _Newer("typescript", "in out type parameters", re.compile(rb"\bin\s+out\b(?=\s+\w+)")),
    _Newer(
        "python",
        "defaults of type parameters",
        re.compile(rb"(?<=[\w\])])\s*=\s*(?:\*?[\w.]+(?:\[[^\]]*\])?|\[[^\]]*\])(?=\s*[,\]])"),
    ),
    _Newer("python", "except without brackets", re.compile(rb"(?<=\bexcept )[\w., ]+,[\w., ]+(?=:)"), b"Exception"),
    _Newer("python", "template strings", re.compile(rb"\b(?:[tT][rR]?|[rR][tT])(?=['\"])"), b"f"),
    _Newer("c_sharp", "assignment behind ?.", re.compile(rb"\?(?=\.[\w.\[\]]+\s*(?:[-+*/|&^]|\?\?)?=[^=>])")),
    _Newer("c_sharp", "compound assignment operators", re.compile(rb"(?<=\boperator )(?:[-+*/%&|^]|<<|>>)="), b"+"),
    _Newer("c_sharp", "operators that change", re.compile(rb"\bvoid(?=\s+operator\s*(?:\+\+|--)\s*\(\s*\))"), b"int"),
    _Newer("c_sharp", "allows ref struct", re.compile(rb",?\s*\ballows\s+ref\s+struct\b")),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed source: the bytes that were parsed, as long as those of the file; and what was read past, in words."""

    root: Node
    source: bytes
    read_past: str | None


def parse_source(source: bytes, language: str) -> Parsed:
    """Parse a source, again without newer syntax where that helps."""
    parser = Parser(load_language(language))
    root = parser.parse(source).root_node
    known = [newer for newer in _NEWER if newer.folder in GRAMMARS[language].folders] if root.has_error else []
    found: dict[str, int] = {}
    for newer in known * _MOST_ROUNDS:
        errors = _error_lines(root)
        if not errors:
            break
        changed, line_number = _read_past(source, newer, errors)
        if changed == source:
            continue
        again = parser.parse(changed).root_node
        if len(_error_lines(again)) < len(errors):
            root, source = again, changed
            found.setdefault(newer.name, line_number)
    return Parsed(root, source, _words(found))


def first_error(root: Node) -> int | None:
    """Return the first line, from 1, that could not be understood."""
    return min(_error_lines(root), default=None)


def _read_past(source: bytes, newer: _Newer, lines: Sequence[int]) -> tuple[bytes, int]:
    """Return the source without a syntax on some lines, and the first line that changed."""
    parts = source.split(b"\n")
    changed = 0
    for number in lines:
        text = newer.read_past(parts[number - 1])
        if text != parts[number - 1]:
            parts[number - 1], changed = text, changed or number
    return b"\n".join(parts), changed


def _error_lines(root: Node) -> list[int]:
    """Return the lines of what could not be parsed, each once, from 1."""
    return sorted({line for node in _errors(root) for line in range(node.start_point.row + 1, node.end_point.row + 2)})


def _errors(root: Node) -> Iterator[Node]:
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            pending += [child for child in node.children if child.has_error or child.is_missing]


def _words(found: dict[str, int]) -> str | None:
    if not found:
        return None
    listed = [f"{name} (line {line:,})" for name, line in sorted(found.items(), key=lambda item: item[1])]
    return f"syntax newer than the grammar, read past: {named(listed, _SHOWN_KINDS)}"
