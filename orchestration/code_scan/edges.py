"""Connections in the code: imports, calls inside it, topics published and subscribed, state read and written."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.code_scan.facts import Call, FileFacts, Symbol
from orchestration.code_scan.linker import CodeBase, Place

# Last part of what is called; that the first argument is a topic is decided by `_is_topic`.
_PUBLISHING = frozenset({"publish", "emit", "emitAsync", "dispatch", "trigger", "raise"})
_SUBSCRIBING = frozenset({"subscribe", "on", "once", "addListener", "listen"})


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection from a place in a file (inside `symbol`, where there is one) to a target."""

    path: str
    line_number: int
    kind: str
    symbol: Symbol | None
    target_name: str
    target: Place | None


def find_edges(
    code: CodeBase, topics: frozenset[str], handlers: frozenset[tuple[str, int]] = frozenset()
) -> Iterator[Edge]:
    """Yield the edges of all files in path order; `topics` are the declared ones, `handlers` path and first line.

    Only what a handler returns can become state; what any other function returns is left out.
    """
    for path in sorted(code.files):
        facts = code.files[path]
        by_start = {symbol.start_byte: symbol for symbol in facts.symbols}
        yield from _imports(path, facts, code)
        known: dict[str, Place | None] = {}
        for call in facts.calls:
            edge = _call_edge(path, call, by_start.get(call.caller), code, known, topics)
            if edge is not None:
                yield edge
        for access in facts.state:
            symbol = by_start.get(access.caller)
            is_handler = symbol is not None and (path, symbol.line_number) in handlers
            if access.action != "return" or is_handler:
                yield Edge(path, access.line_number, f"{access.action}s_state", symbol, access.key, None)


def _imports(path: str, facts: FileFacts, code: CodeBase) -> Iterator[Edge]:
    lines: dict[str, int] = {}
    for binding in facts.imports:
        lines[binding.module] = min(binding.line_number, lines.get(binding.module, binding.line_number))
    for module, line in lines.items():
        target = code.packages.resolve(module, path)
        yield Edge(path, line, "imports", None, module, Place(target) if target else None)


def _call_edge(
    path: str, call: Call, symbol: Symbol | None, code: CodeBase, known: dict[str, Place | None], topics: frozenset[str]
) -> Edge | None:
    last = call.callee.rpartition(".")[2]
    if call.first_text is not None and _is_topic(call.first_text, topics):
        if last in _PUBLISHING:
            return Edge(path, call.line_number, "publishes", symbol, call.first_text, None)
        if last in _SUBSCRIBING:
            return Edge(path, call.line_number, "subscribes", symbol, call.first_text, None)
    if call.callee not in known:
        known[call.callee] = _callee(path, call.callee, code)
    target = known[call.callee]
    return Edge(path, call.line_number, "calls", symbol, call.callee, target) if target is not None else None


def _callee(path: str, callee: str, code: CodeBase) -> Place | None:
    if callee.startswith((".", "(")):
        return None
    place = code.local(path, callee)
    return place if place is not None and place.symbol is not None else None


def _is_topic(text: str, topics: frozenset[str]) -> bool:
    """Tell a topic from any other text: it is declared, or has the parts a topic has and no space."""
    return text in topics or ((":" in text or "." in text) and " " not in text and "/" not in text)
