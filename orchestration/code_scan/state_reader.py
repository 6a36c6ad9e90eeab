"""Keys of the shared state from query matches: what each function reads, writes and returns.

What a handler returns may be merged into the state by its conductor; whether it is, the log tells, not the code. Which
names stand for the state is said in queries/<language>/state.scm.
"""

from collections.abc import Iterator

from tree_sitter import Node

from orchestration.code_scan.facts import StateAccess
from orchestration.code_scan.symbol_reader import Match, SymbolTable, name_of


def read_state(matches: list[Match], table: SymbolTable) -> tuple[StateAccess, ...]:
    """Return which keys of the shared state each function reads, writes and returns, each once per function."""
    written = {match["state.write"][0].id for match in matches if "state.write" in match}
    found: dict[tuple[str, str, int], StateAccess] = {}
    for action, key in (*_accesses(matches), *_returns(matches, table)):
        if action == "read" and key.id in written:
            continue
        index = table.innermost(key.start_byte)
        caller = table.symbols[index].start_byte if index >= 0 else -1
        access = StateAccess(name_of(key), action, key.start_point.row + 1, caller)
        found.setdefault((access.key, action, caller), access)
    return tuple(found.values())


def _accesses(matches: list[Match]) -> Iterator[tuple[str, Node]]:
    for match in matches:
        action = "write" if "state.write" in match else "read"
        yield from ((action, key) for key in _keys(match))


def _keys(match: Match) -> list[Node]:
    if "state.pattern" not in match:
        return match.get("state.write") or match.get("state.read") or []
    keys = []
    for child in match["state.pattern"][0].named_children:
        if child.type == "shorthand_property_identifier_pattern":
            keys.append(child)
        elif child.type in ("pair_pattern", "object_assignment_pattern"):
            first = child.child_by_field_name("key") or child.child_by_field_name("left")
            keys += [first] if first is not None else []
    return keys


def _returns(matches: list[Match], table: SymbolTable) -> Iterator[tuple[str, Node]]:
    """Yield the keys of returned objects, but for what callbacks inside a function return to somebody else."""
    returned = {node.start_byte: node for match in matches for node in match.get("state.returned", ())}
    functions = sorted(
        {(node.start_byte, node.end_byte) for match in matches for node in match.get("state.function", ())}
    )
    around: list[tuple[int, int]] = []
    following = 0
    for position in sorted(returned):
        while following < len(functions) and functions[following][0] <= position:
            around = [span for span in around if span[1] > functions[following][0]]
            around.append(functions[following])
            following += 1
        around = [span for span in around if span[1] > position]
        index = table.innermost(position)
        if index >= 0 and (not around or around[-1][0] <= table.spans[index][0]):
            yield from (("return", key) for key in _object_keys(returned[position]))


def _object_keys(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == "shorthand_property_identifier":
            yield child
        elif child.type in ("pair", "method_definition"):
            key = child.child_by_field_name("key") or child.child_by_field_name("name")
            # A bare name before a colon is a key in JavaScript's grammar under a type of its own, in Python a variable.
            if key is not None and key.type not in ("computed_property_name", "identifier"):
                yield key
