"""From the bytes of one source file to its facts.

Decides whether a file is source at all (binary, minified, nested beyond reason), parses it, runs the queries and
hands their matches to `symbol_reader` and `module_reader`. Knows no paths. Time and memory are not limited here:
a C call cannot be interrupted, so `workers` runs this in processes that it can end.
"""

from itertools import accumulate

from tree_sitter import Node, QueryCursor

from orchestration.code_scan.facts import FileFacts
from orchestration.code_scan.languages import load_query
from orchestration.code_scan.module_reader import read_modules
from orchestration.code_scan.newer_syntax import first_error, parse_source
from orchestration.code_scan.state_reader import read_state
from orchestration.code_scan.suite_reader import read_tests
from orchestration.code_scan.symbol_reader import Match, read_symbols

# Hand-written sources of the corpus application have at most 190 bytes per line on average; bundles begin at 2,000.
_MINIFIED_MEAN_LINE_BYTES = 500
_MINIFIED_MIN_BYTES = 4096
# A query takes quadratic time in the depth of a tree: 1,000 levels cost nothing, 200,000 cost minutes.
_MAX_DEPTH = 1000
_MAX_MENTION_CHARACTERS = 80
_SHOWN_BYTES = 60

_BRACKETS = b"()[]{}"
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in _BRACKETS)
_STEPS = {ord(bracket): step for bracket, step in zip("()[]{}", (1, -1) * 3, strict=True)}


class SkipError(Exception):
    """Raised when a file is not read, with the reason in words; never leaves this package."""


def read_facts(content: bytes, language: str) -> FileFacts:
    """Return the facts of a source; raises SkipError with the reason when it is not read."""
    source = _decode_source(content)
    _refuse_oddities(source)
    parsed = parse_source(source, language)
    root, source = parsed.root, parsed.source
    matches = _run_query(root, language, ("symbols", "modules", "calls", "tests", "state"))
    found = read_symbols(matches, source, language)
    modules = read_modules(matches, found, language)
    tests = read_tests(matches)
    suite_count = len({match["suite"][0].id for match in matches if "suite" in match})
    return FileFacts(
        language=language,
        line_count=_count_lines(source),
        problem=_syntax_problem(root, source),
        read_past=parsed.read_past,
        suite_count=suite_count,
        symbols=modules.symbols,
        imports=modules.imports,
        exports=modules.exports,
        members=modules.members,
        aliases=modules.aliases,
        calls=modules.calls,
        tests=tests,
        state=read_state(matches, found),
        mentions=_read_mentions(root, language) if tests or suite_count else (),
    )


def why_unread(content: bytes) -> str | None:
    """Say why a source of this content would not be parsed; None when it would."""
    try:
        _refuse_oddities(_decode_source(content))
    except SkipError as error:
        return str(error)
    return None


def _syntax_problem(root: Node, source: bytes) -> str | None:
    if not root.has_error:
        return None
    line_number = first_error(root) or 1
    text = source.split(b"\n")[line_number - 1].strip()[:_SHOWN_BYTES].decode("utf-8", "replace")
    return f"syntax errors, the first in line {line_number:,} ({text}): what could not be understood is left out"


def _decode_source(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode("utf-8")
    return content.removeprefix(b"\xef\xbb\xbf")


def _refuse_oddities(source: bytes) -> None:
    position = source.find(b"\0")
    if position >= 0:
        line_number = source.count(b"\n", 0, position) + 1
        raise SkipError(f"binary: a NUL byte in line {line_number}")
    brackets = source.translate(None, _NOT_BRACKETS)
    mean = len(source) / max(1, _count_lines(source))
    # A long literal makes long lines too, but has no brackets: one in a hundred bytes and more is code.
    is_code = len(brackets) * 100 > len(source)
    if len(source) >= _MINIFIED_MIN_BYTES and mean > _MINIFIED_MEAN_LINE_BYTES and is_code:
        raise SkipError(f"minified or generated: {mean:,.0f} bytes per line on average")
    depth = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    if depth > _MAX_DEPTH:
        raise SkipError(f"brackets nested {depth:,} levels deep, more than {_MAX_DEPTH:,}")


def _count_lines(source: bytes) -> int:
    return source.count(b"\n") + (bool(source) and not source.endswith(b"\n"))


def _run_query(root: Node, language: str, topics: tuple[str, ...]) -> list[Match]:
    # No progress callback: in tree-sitter 0.26.1 a query with one ends the process.
    return [match for _, match in QueryCursor(load_query(language, topics)).matches(root)]


def _read_mentions(root: Node, language: str) -> tuple[str, ...]:
    nodes = QueryCursor(load_query(language, ("mentions",))).captures(root).get("mention", [])
    texts = {node.text for node in nodes if node.end_byte - node.start_byte <= _MAX_MENTION_CHARACTERS}
    return tuple(sorted(text.decode("utf-8", "replace") for text in texts if text))
