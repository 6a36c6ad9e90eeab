"""The languages the scan reads: which file name is which, and their grammars and queries.

A new language is a line here and a folder of queries (queries/<folder>/*.scm). Grammars are loaded on first use, so
that importing this module costs nothing.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files

from tree_sitter import Language, Query


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language: its tree-sitter package, and the query folders it is read with."""

    name: str
    package: str
    function: str
    folders: tuple[str, ...]


_TYPESCRIPT = ("ecmascript", "typescript")
GRAMMARS: dict[str, Grammar] = {
    grammar.name: grammar
    for grammar in (
        Grammar("typescript", "tree_sitter_typescript", "language_typescript", _TYPESCRIPT),
        Grammar("tsx", "tree_sitter_typescript", "language_tsx", _TYPESCRIPT),
        Grammar("javascript", "tree_sitter_javascript", "language", ("ecmascript", "javascript")),
        Grammar("python", "tree_sitter_python", "language", ("python",)),
        Grammar("c_sharp", "tree_sitter_c_sharp", "language", ("c_sharp",)),
    )
}

_LANGUAGE_OF_SUFFIX = {
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".py": "python",
    ".cs": "c_sharp",
    ".json": "json",
}


def language_of(file_name: str) -> str | None:
    """Return the language a file name stands for; None when the scan does not read such files."""
    dot = file_name.rfind(".")
    return _LANGUAGE_OF_SUFFIX.get(file_name[dot:].lower()) if dot > 0 else None


@cache
def load_language(name: str) -> Language:
    """Return the compiled grammar of a language."""
    grammar = GRAMMARS[name]
    return Language(getattr(import_module(grammar.package), grammar.function)())


@cache
def load_query(name: str, topics: tuple[str, ...]) -> Query:
    """Return one query of a language: the files `<topic>.scm` of its folders, joined."""
    root = files("orchestration.code_scan") / "queries"
    parts = [root / folder / f"{topic}.scm" for folder in GRAMMARS[name].folders for topic in topics]
    return Query(load_language(name), "\n".join(part.read_text("utf-8") for part in parts if part.is_file()))
