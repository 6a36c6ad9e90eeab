"""Small faults that could be put into handlers written in Python, as whole texts of their files.

The kinds are those of handler_mutants.mjs: a key dropped from what is returned, a condition negated, a comparison off
by one, a publication removed, a number one too large.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SHIFTED: dict[type[ast.cmpop], str] = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}


@dataclass(frozen=True, slots=True)
class PythonMutant:
    """A fault: the file, its kind, the handler, what becomes what, and the file's whole text with it."""

    path: Path
    kind: str
    place: str
    text: str


def python_mutants(path: Path) -> Iterator[PythonMutant]:
    """Yield the faults of a file of handlers, in the order of its text."""
    source = path.read_text(encoding="utf-8")
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for function in ast.parse(source).body:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            for kind, target, text in _faults(node, source):
                first = starts[target.lineno - 1] + target.col_offset
                last = starts[(target.end_lineno or 1) - 1] + (target.end_col_offset or 0)
                whole = source.encode()
                changed = (whole[:first] + text.encode() + whole[last:]).decode()
                was = whole[first:last].decode()
                yield PythonMutant(path, kind, f"{function.name}: {was[:60]!r} -> {text[:60]!r}", changed)


def _faults(node: ast.AST, source: str) -> Iterator[tuple[str, ast.expr, str]]:
    def words(part: ast.AST | None) -> str:
        return (ast.get_source_segment(source, part) if part is not None else None) or ""

    if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
        pairs = list(zip(node.value.keys, node.value.values, strict=True))
        for dropped in pairs:
            kept = [f"{words(key)}: {words(value)}" for key, value in pairs if (key, value) != dropped]
            yield "drop a key", node.value, "{" + ", ".join(kept) + "}"
    if isinstance(node, ast.If | ast.IfExp):
        yield "negate a condition", node.test, f"not ({words(node.test)})"
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield "number plus one", node, str(node.value + 1)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SHIFTED:
        sides = words(node.left), words(node.comparators[0])
        yield "off by one", node, f"{sides[0]} {_SHIFTED[type(node.ops[0])]} {sides[1]}"
    if isinstance(node, ast.Call) and words(node.func) == "context.publish":
        yield "remove a publish", node, "None"
