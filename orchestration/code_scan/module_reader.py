"""Imports, exports, objects of handlers, aliases and calls from query matches.

What a name stands for in one file; following it into another file is `linker`'s work.
"""

from dataclasses import dataclass, field, replace

from tree_sitter import Node

from orchestration.code_scan.facts import Alias, Call, Export, Import, Member, Symbol
from orchestration.code_scan.symbol_reader import Match, SymbolTable, name_of, text_of

_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function", "lambda"})
_REFERENCES = frozenset({"identifier", "member_expression", "attribute"})
_MAX_CALLEE_CHARACTERS = 120
_MAX_FIRST_TEXT_CHARACTERS = 200
_MAX_MEMBERS = 2000
_MAX_INNER_OBJECTS = 3


@dataclass(frozen=True, slots=True)
class Modules:
    """Everything of a file but its tests; `symbols` with what the exports say added."""

    symbols: tuple[Symbol, ...]
    imports: tuple[Import, ...]
    exports: tuple[Export, ...]
    members: tuple[Member, ...]
    aliases: tuple[Alias, ...]
    calls: tuple[Call, ...]


@dataclass(slots=True)
class _Parts:
    imports: list[Import] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


def read_modules(matches: list[Match], table: SymbolTable, language: str) -> Modules:
    """Return what a file imports, exports and calls; `matches` are those of modules.scm and calls.scm."""
    parts = _Parts()
    for match in matches:
        head = next((name.partition(".")[0] for name in match if "." in name), "")
        if head == "call":
            parts.calls.append(_read_call(match, table))
        elif head == "import":
            parts.imports += _read_import(match)
        elif head == "export":
            _read_export(match, table, parts)
        elif head == "object" and _is_outside(match["object.body"][0], table):
            parts.members += _read_members(_object_name(match["object.name"][0]), match["object.body"][0], table)
        elif head == "alias" and _is_outside(match["alias.name"][0], table):
            parts.aliases.append(Alias(text_of(match["alias.name"][0]), text_of(match["alias.target"][0])))
    exported = {export.local for export in parts.exports if export.module is None}
    return Modules(
        symbols=tuple(_with_exports(symbol, exported, parts.members, language) for symbol in table.symbols),
        imports=tuple(dict.fromkeys(parts.imports)),
        exports=tuple(dict.fromkeys(parts.exports)),
        members=tuple(dict.fromkeys(parts.members)),
        aliases=tuple(dict.fromkeys(parts.aliases)),
        calls=tuple(parts.calls),
    )


def _with_exports(symbol: Symbol, exported: set[str], members: list[Member], language: str) -> Symbol:
    if language in ("python", "c_sharp"):
        return symbol
    owner = next((member.object_name for member in members if member.target == str(symbol.start_byte)), None)
    is_exported = (symbol.is_top_level and symbol.name in exported) or owner in exported
    return replace(symbol, is_exported=is_exported, container=symbol.container or owner)


def _is_outside(node: Node, table: SymbolTable) -> bool:
    return table.innermost(node.start_byte) < 0


def _object_name(node: Node) -> str:
    return text_of(node)


def _text_value(node: Node) -> str:
    return text_of(node).strip("\"'`")


def _read_import(match: Match) -> list[Import]:
    node = (match.get("import.module") or match["import.source"])[0]
    module, line = _text_value(node), node.start_point.row + 1
    if "import.module" in match:
        return [Import(module, "", "", line)]
    if "import.binding" in match:
        return [Import(module, name, local, line) for name, local in _bound_names(match["import.binding"][0])]
    if "import.default" in match:
        return [Import(module, "default", text_of(match["import.default"][0]), line)]
    if "import.namespace" in match:
        return [Import(module, "*", text_of(match["import.namespace"][0]), line)]
    name = text_of(match["import.name"][0])
    alias = match.get("import.alias")
    return [Import(module, name, text_of(alias[0]) if alias else name, line)]


def _bound_names(node: Node) -> list[tuple[str, str]]:
    if node.type != "object_pattern":
        return [("*", text_of(node))]
    found = []
    for child in node.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            found.append((text_of(child), text_of(child)))
        elif child.type == "pair_pattern":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                found.append((name_of(key), text_of(value)))
    return found


def _read_export(match: Match, table: SymbolTable, parts: _Parts) -> None:
    source = _text_value(match["export.source"][0]) if "export.source" in match else None
    if "export.star" in match:
        parts.exports.append(Export("*", "*", _text_value(match["export.star"][0])))
    elif "export.namespace" in match:
        parts.exports.append(Export(text_of(match["export.namespace"][0]), "*", source))
    elif "export.name" in match:
        local = name_of(match["export.name"][0])
        alias = match.get("export.alias")
        parts.exports.append(Export(name_of(alias[0]) if alias else local, local, source))
    elif "export.declaration" in match:
        parts.exports += [Export(name, name, None) for name in _declared_names(match["export.declaration"][0])]
    elif "export.default" in match:
        parts.exports.append(Export("default", _default_name(match["export.default"][0]), None))
    elif "export.assigned" in match:
        _read_commonjs(match, table, parts)


def _declared_names(declaration: Node) -> list[str]:
    name = declaration.child_by_field_name("name")
    if name is not None:
        return [text_of(name)]
    names = []
    for child in declaration.named_children:
        target = child.child_by_field_name("name") if child.type == "variable_declarator" else None
        if target is None:
            continue
        if target.type == "identifier":
            names.append(text_of(target))
        else:
            names += [text_of(leaf) for leaf in target.named_children if leaf.type.startswith("shorthand_")]
    return names


def _default_name(value: Node) -> str:
    if value.type in _REFERENCES:
        return text_of(value)
    name = value.child_by_field_name("name")
    return text_of(name) if name is not None else "default"


def _read_commonjs(match: Match, table: SymbolTable, parts: _Parts) -> None:
    path, value = text_of(match["export.assigned"][0]), match["export.value"][0]
    name = path.removeprefix("module.").removeprefix("exports").removeprefix(".")
    if name:
        parts.exports.append(Export(name, text_of(value) if value.type in _REFERENCES else name, None))
    elif value.type == "object":
        parts.members += _read_members("default", value, table)
        parts.exports.append(Export("default", "default", None))
        for member in _read_members("default", value, table):
            if member.relation == "reference" and "." not in member.key:
                parts.exports.append(Export(member.key, member.target, None))
    elif value.type in _REFERENCES:
        parts.exports.append(Export("default", text_of(value), None))


def _read_members(object_name: str, body: Node, table: SymbolTable) -> list[Member]:
    """Return the members of an object; those of an object inside it are called `outer.inner`."""
    found: list[Member] = []
    pending = [("", body)]
    while pending:
        prefix, node = pending.pop()
        for child in node.named_children[:_MAX_MEMBERS]:
            found += _read_member(object_name, prefix, child, table, pending)
    return found


def _read_member(
    object_name: str, prefix: str, child: Node, table: SymbolTable, pending: list[tuple[str, Node]]
) -> list[Member]:
    if child.type == "shorthand_property_identifier":
        shorthand = text_of(child)
        return [Member(object_name, prefix + shorthand, "reference", shorthand)]
    if child.type == "spread_element":
        target = child.named_children[0] if child.named_children else child
        return [Member(object_name, prefix, "spread", text_of(target))] if target.type in _REFERENCES else []
    if child.type == "method_definition":
        own = child.child_by_field_name("name")
        own_name = name_of(own) if own is not None else ""
        return [Member(object_name, prefix + own_name, "inline", str(child.start_byte))]
    name, value = child.child_by_field_name("key"), child.child_by_field_name("value")
    if child.type != "pair" or name is None or value is None:
        return []
    return _read_pair(object_name, prefix + name_of(name), value, table, pending)


def _read_pair(
    object_name: str, key: str, value: Node, table: SymbolTable, pending: list[tuple[str, Node]]
) -> list[Member]:
    if value.type in ("object", "dictionary") and key.count(".") < _MAX_INNER_OBJECTS:
        pending.append((key + ".", value))
    if value.type in _REFERENCES:
        return [Member(object_name, key, "reference", text_of(value))]
    if value.type in _FUNCTIONS:
        return [Member(object_name, key, "inline", str(table.start_of_node.get(value.id, value.start_byte)))]
    if value.type == "call_expression":
        return _through_call(object_name, key, value)
    return []


def _through_call(object_name: str, key: str, call: Node) -> list[Member]:
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if first is None or first.type not in _REFERENCES:
        return []
    return [Member(object_name, key, "reference", text_of(first))]


def _read_call(match: Match, table: SymbolTable) -> Call:
    callee = match["call.callee"][0]
    index = table.innermost(callee.start_byte)
    caller = table.symbols[index].start_byte if index >= 0 else -1
    return Call(_callee_text(callee), callee.start_point.row + 1, caller, _first_text(match["call.arguments"][0]))


def _callee_text(callee: Node) -> str:
    """Return a short name for what is called: `a.b.c`, or `.c` after an expression."""
    text = text_of(callee).replace("?.", ".")
    if len(text) <= _MAX_CALLEE_CHARACTERS and all(part.isidentifier() for part in text.split(".")):
        return text
    last = callee.child_by_field_name("property") or callee.child_by_field_name("attribute")
    last = last or callee.child_by_field_name("name")
    return "." + text_of(last) if last is not None else "(expression)"


def _first_text(arguments: Node) -> str | None:
    first = arguments.named_children[0] if arguments.named_children else None
    if first is not None and first.type == "argument" and first.named_children:
        first = first.named_children[-1]
    if first is None or first.type not in ("string", "string_literal"):
        return None
    text = _text_value(first)
    return text if len(text) <= _MAX_FIRST_TEXT_CHARACTERS else None
