"""What one source file says, without its path: the unit that is parsed once and kept by content.

Frozen dataclasses and their JSON, nothing else. Reading them out of a syntax tree is `reader`'s work, linking files
to each other belongs to `linker`. A change of meaning here or in a query must raise FACTS_VERSION.
"""

import json
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

FACTS_VERSION = 8


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function, method, object member or class; lines from 1, `start_byte` tells symbols of one file apart.

    `is_secondary`: without a body of its own (a partial or abstract method, an overload), or the setter of a property:
    another symbol of its name comes before it.
    """

    name: str
    kind: str
    line_number: int
    end_line_number: int
    start_byte: int
    container: str | None
    enclosing: str | None
    is_top_level: bool
    is_exported: bool
    is_async: bool
    signature: str | None
    doc_comment: str | None
    complexity: int | None
    is_secondary: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """A name taken from another module: `imported` is its name there, '*' the whole module, '' nothing."""

    module: str
    imported: str
    local: str
    line_number: int


@dataclass(frozen=True, slots=True)
class Export:
    """A name offered to others; with `module` it is passed on from there. `name` '*' passes on everything."""

    name: str
    local: str
    module: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a top-level object.

    `relation` is inline (`target` is the start byte of its symbol), reference or spread (`target` is a name).
    """

    object_name: str
    key: str
    relation: str
    target: str


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for a thing: `const a = b.c`."""

    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call: `caller` is the start byte of the innermost symbol around it, -1 outside of all."""

    callee: str
    line_number: int
    caller: int
    first_text: str | None


@dataclass(frozen=True, slots=True)
class TestCase:
    """A test: its title, the titles of the suites around it, its lines, and whether it is switched off."""

    title: str
    suite_title: str | None
    line_number: int
    end_line_number: int
    is_skipped: bool


@dataclass(frozen=True, slots=True)
class StateAccess:
    """A key of the shared state that a function (by start byte, -1 outside of all) reads, writes or returns."""

    key: str
    action: str
    line_number: int
    caller: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Everything the scan keeps of one file; `read_past` names syntax that is newer than the grammar."""

    language: str
    line_count: int
    problem: str | None
    read_past: str | None
    suite_count: int
    symbols: tuple[Symbol, ...]
    imports: tuple[Import, ...]
    exports: tuple[Export, ...]
    members: tuple[Member, ...]
    aliases: tuple[Alias, ...]
    calls: tuple[Call, ...]
    tests: tuple[TestCase, ...]
    state: tuple[StateAccess, ...]
    mentions: tuple[str, ...]


_PARTS: dict[str, type[Any]] = {
    "symbols": Symbol,
    "imports": Import,
    "exports": Export,
    "members": Member,
    "aliases": Alias,
    "calls": Call,
    "tests": TestCase,
    "state": StateAccess,
}


_FIELDS = tuple(field.name for field in fields(FileFacts))
# Where the JSON of facts holds pieces of code; other texts of it are names and literals.
SYMBOLS_PLACE = _FIELDS.index("symbols")
_ROWS = {name: attrgetter(*(field.name for field in fields(part))) for name, part in _PARTS.items()}


def facts_to_json(facts: FileFacts) -> str:
    """Return the facts as one line of JSON; the same facts give the same text."""
    values = [_plain(name, getattr(facts, name)) for name in _FIELDS]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _plain(name: str, value: Any) -> Any:
    # Not dataclasses.astuple(): it copies every string, a third of the whole scan.
    return [_ROWS[name](part) for part in value] if name in _ROWS else value


def facts_from_json(text: str) -> FileFacts:
    """Return the facts that `facts_to_json` wrote."""
    values = dict(zip(_FIELDS, json.loads(text), strict=True))
    for name, part in _PARTS.items():
        values[name] = tuple(part(*row) for row in values[name])
    return FileFacts(**{**values, "mentions": tuple(values["mentions"])})
