"""Symbols from query matches: names, positions, what is around them, how complex they are.

One sweep over everything sorted by position answers "inside which symbol is this?" for symbols, branches and calls;
no node is ever asked for its parent, which costs the depth of the tree each time.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tree_sitter import Node

from orchestration.code_scan.facts import Symbol

Match = dict[str, list[Node]]

_MAX_TEXT_CHARACTERS = 400
_SPACE = re.compile(r"\s+")
_COMMENT_MARKS = re.compile(r"^\s*(?:/\*+|\*+/|\*(?!/)|///?|#+)?\s?|\s*\*+/\s*$", re.MULTILINE)
# Nodes that may be a declaration only.
_BODILESS_TYPES = frozenset({"method_declaration", "local_function_statement"})
_MOST_MODIFIERS = 6
_SECONDARY_DECORATOR = re.compile(rb"\s*@(?:[\w.]+\.)?(?:overload|setter|deleter|abstractmethod)\b")
_XML_TAG = re.compile(r"</?[a-z][^>]*>")


@dataclass(frozen=True, slots=True)
class _Found:
    """A symbol as matched: the function's own node, and the node whose first line counts."""

    name: str
    kind: str
    node: Node
    definition: Node


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The symbols of one file by position, and where each one's body is."""

    symbols: tuple[Symbol, ...]
    start_of_node: dict[int, int]
    spans: tuple[tuple[int, int], ...]

    def innermost(self, position: int) -> int:
        """Return the index of the innermost symbol around a byte position, -1 outside of all."""
        index = bisect_right(self.spans, (position, float("inf"))) - 1
        # Symbols before `position` that are over already are passed by; nesting is a handful of levels in real code.
        while index >= 0 and self.spans[index][1] <= position:
            index -= 1
        return index


def text_of(node: Node) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def name_of(node: Node) -> str:
    """Return a name without the quotes or brackets a computed or quoted key has."""
    return text_of(node).strip("[]\"'`") if node.type != "identifier" else text_of(node)


def read_symbols(matches: list[Match], source: bytes, language: str) -> SymbolTable:
    """Return the symbols of a file, sorted by position; `matches` are those of symbols.scm."""
    found = _collect(matches)
    comments = _Comments(matches, source)
    spans = tuple((item.node.start_byte, item.node.end_byte) for item in found)
    parents = _nest(spans)
    branches = _count_branches(matches, found, spans)
    docstrings = _docstrings(matches)
    lines = source.split(b"\n") if language == "python" else []
    symbols = []
    for index, item in enumerate(found):
        parent = found[parents[index]] if parents[index] >= 0 else None
        doc = docstrings.get(item.node.start_byte) or comments.above(item.definition.start_point.row)
        symbol = _symbol(item, parent, branches[index], doc, language)
        symbols.append(replace(symbol, is_secondary=_is_secondary(item, lines)))
    return SymbolTable(tuple(symbols), {item.node.id: item.node.start_byte for item in found}, spans)


def _collect(matches: list[Match]) -> list[_Found]:
    by_start: dict[int, _Found] = {}
    for match in matches:
        kinds = [name for name in match if name.startswith("symbol.")]
        if not kinds:
            continue
        node, kind = match[kinds[0]][0], kinds[0].removeprefix("symbol.")
        definition = match.get("definition", [node])[0]
        item = _Found(name_of(match["name"][0]), _kind_of(kind, node), node, definition)
        # One function can match twice (a method is also a function in Python): the more telling kind stays.
        before = by_start.get(node.start_byte)
        if before is None or before.kind == "function":
            by_start[node.start_byte] = item
    return sorted(by_start.values(), key=lambda item: (item.node.start_byte, -item.node.end_byte))


def _kind_of(kind: str, node: Node) -> str:
    if kind != "default":
        return kind
    return {"arrow_function": "arrow", "class": "class"}.get(node.type, "function")


def _nest(spans: tuple[tuple[int, int], ...]) -> list[int]:
    parents: list[int] = []
    stack: list[int] = []
    for index, (start, _end) in enumerate(spans):
        while stack and spans[stack[-1]][1] <= start:
            stack.pop()
        parents.append(stack[-1] if stack else -1)
        stack.append(index)
    return parents


def _count_branches(matches: list[Match], found: list[_Found], spans: tuple[tuple[int, int], ...]) -> Counter[int]:
    """Count each branching point for the innermost function around it; callbacks without a name count for theirs."""
    counts: Counter[int] = Counter()
    points = sorted({match["branch"][0].start_byte: None for match in matches if "branch" in match})
    many = Counter(match["branch"][0].start_byte for match in matches if "branch" in match)
    stack: list[int] = []
    following = 0
    for point in points:
        while following < len(spans) and spans[following][0] <= point:
            while stack and spans[stack[-1]][1] <= spans[following][0]:
                stack.pop()
            stack.append(following)
            following += 1
        while stack and spans[stack[-1]][1] <= point:
            stack.pop()
        if stack:
            counts[stack[-1]] += many[point]
    return counts


def _docstrings(matches: list[Match]) -> dict[int, str]:
    texts = {}
    for match in matches:
        for node in match.get("docstring", ()):
            owner = node.parent
            while owner is not None and not owner.type.endswith("_definition"):
                owner = owner.parent
            if owner is not None:
                texts[owner.start_byte] = _tidy(text_of(node).strip("rRuUbB").strip("\"'"))
    return texts


def _symbol(item: _Found, parent: _Found | None, branches: int, doc: str | None, language: str) -> Symbol:
    is_class = item.kind == "class"
    container = parent.name if parent and parent.kind == "class" else None
    result = _field_text(item.node, "return_type", "returns", "type")
    return Symbol(
        name=item.name,
        kind=item.kind,
        line_number=item.definition.start_point.row + 1,
        end_line_number=item.node.end_point.row + 1,
        start_byte=item.node.start_byte,
        container=container,
        enclosing=parent.name if parent else None,
        is_top_level=parent is None,
        is_exported=_is_visible(item, parent, language),
        is_async=_is_async(item.node, result),
        signature=None if is_class else _signature(item.node, result, language),
        doc_comment=doc,
        complexity=None if is_class else 1 + branches,
    )


def _is_secondary(item: _Found, lines: list[bytes]) -> bool:
    """Tell whether a symbol has no body, or is a setter; in Python decorators say it, found in the file's `lines`."""
    if item.node.type in _BODILESS_TYPES and item.node.child_by_field_name("body") is None:
        return True
    if item.node.type == "method_definition":
        return any(child.type == "set" for child in item.node.children[:_MOST_MODIFIERS])
    row = item.node.start_point.row - 1
    while lines and row >= 0 and lines[row].lstrip().startswith(b"@"):
        if _SECONDARY_DECORATOR.match(lines[row]):
            return True
        row -= 1
    return False


def _is_visible(item: _Found, parent: _Found | None, language: str) -> bool:
    """Decide what the text of the symbol alone says; ECMAScript exports are added by `module_reader`."""
    if language == "python":
        return not item.name.startswith("_") and (parent is None or parent.kind == "class")
    if language == "c_sharp":
        return any(child.type == "modifier" and child.text == b"public" for child in item.node.children)
    return False


def _is_async(node: Node, result: str) -> bool:
    leading = [child for child in node.children[:6] if child.end_byte - child.start_byte == len(b"async")]
    return any(child.text == b"async" for child in leading) or "Promise<" in result


def _signature(node: Node, result: str, language: str) -> str:
    parameters = _field_text(node, "parameters", "parameter") or "()"
    if not parameters.startswith("("):
        parameters = f"({parameters})"
    arrow = {"python": " -> ", "c_sharp": ": "}.get(language, "")
    return _tidy(parameters + (arrow + result if result else ""))


def _field_text(node: Node, *names: str) -> str:
    for name in names:
        child = node.child_by_field_name(name)
        if child is not None:
            return text_of(child)
    return ""


def _tidy(text: str) -> str:
    flat = _SPACE.sub(" ", text).strip()
    return flat if len(flat) <= _MAX_TEXT_CHARACTERS else flat[: _MAX_TEXT_CHARACTERS - 1] + "…"


class _Comments:
    """The comments of a file that stand on lines of their own, by the line after them."""

    def __init__(self, matches: list[Match], source: bytes) -> None:
        self._ending: dict[int, tuple[int, str]] = {}
        self._preamble: dict[int, int] = {}
        for node in _nodes(matches, "preamble"):
            self._preamble[node.end_point.row + 1] = node.start_point.row
        for node in _nodes(matches, "comment"):
            start = node.start_byte
            before = source[start - node.start_point.column : start]
            if not before.strip():
                self._ending[node.end_point.row] = (node.start_point.row, text_of(node))

    def above(self, row: int) -> str | None:
        """Return the comment block that ends directly above a row, without its marks."""
        while row in self._preamble:
            row = self._preamble[row]
        blocks: list[str] = []
        while row - 1 in self._ending:
            row, text = self._ending[row - 1]
            blocks.append(text)
            if text.startswith("/*"):
                break
        if not blocks:
            return None
        plain = _COMMENT_MARKS.sub("", "\n".join(reversed(blocks)))
        return _tidy(_XML_TAG.sub("", plain)) or None


def _nodes(matches: list[Match], name: str) -> Iterable[Node]:
    return (match[name][0] for match in matches if name in match)
