"""Tests from query matches: what the report on untested handlers starts from."""

from tree_sitter import Node

from orchestration.code_scan.facts import TestCase
from orchestration.code_scan.symbol_reader import Match, text_of

_MAX_TITLE_CHARACTERS = 300
_SKIPPING = (".skip", ".todo", "xit", "xtest", "xdescribe", ".fixme")


def read_tests(matches: list[Match]) -> tuple[TestCase, ...]:
    """Return the tests of a file in its order, each with the titles of the suites around it."""
    suites = sorted(_distinct(matches, "suite"), key=lambda node: node.start_byte)
    found = []
    around: list[Node] = []
    following = 0
    for test in sorted(_distinct(matches, "test"), key=lambda node: node.start_byte):
        while following < len(suites) and suites[following].start_byte <= test.start_byte:
            around = [suite for suite in around if suite.end_byte > suites[following].start_byte]
            around.append(suites[following])
            following += 1
        around = [suite for suite in around if suite.end_byte > test.start_byte]
        titles = " > ".join(filter(None, map(_title, around)))
        is_skipped = any(_is_skipped(node) for node in (test, *around))
        first, last = test.start_point.row + 1, test.end_point.row + 1
        found.append(TestCase(_title(test), titles or None, first, last, is_skipped))
    return tuple(found)


def _distinct(matches: list[Match], name: str) -> list[Node]:
    return list({match[name][0].id: match[name][0] for match in matches if name in match}.values())


def _title(node: Node) -> str:
    """Return the first argument of a test call, or the name of a test function."""
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.named_children:
        first = arguments.named_children[0]
        text = text_of(first).strip("\"'`") if first.type in ("string", "template_string") else text_of(first)
        return " ".join(text.split())[:_MAX_TITLE_CHARACTERS]
    name = node.child_by_field_name("name")
    return text_of(name) if name is not None else "(no title)"


def _is_skipped(node: Node) -> bool:
    function = node.child_by_field_name("function")
    return function is not None and text_of(function).endswith(_SKIPPING)
