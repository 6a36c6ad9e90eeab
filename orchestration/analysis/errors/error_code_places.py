"""Where in the scanned code an error came from: its stack, the application's top frame, and the place it stands for.

A frame names a file as the build calls it. Three ways lead from there to the source, the surest first: the file is a
scanned one; a source map says so; the function of the frame is the handler, or the only scanned function of that name
(bundles and minified builds keep names more often than lines).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from orchestration.analysis.errors.source_map import SourceMap

MOST_FRAMES = 60


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `is_thrown` tells the error's own stack from that of the logging call. Numbers are from 1."""

    function_name: str | None
    file_name: str
    line_number: int | None
    column_number: int | None
    is_thrown: bool


_PLACE = r"(?P<file>[^\s()][^()]*?):(?P<line>\d+)(?::(?P<column>\d+))?"
_FORMS: tuple[tuple[re.Pattern[str], bool], ...] = (
    # V8: `at async Object.charge (src/pay.ts:3:9)`, `at src/pay.ts:3:9`, `at new Cart (cart.js:1:2)`
    (re.compile(rf"^\s*at (?:async )?(?:new )?(?P<function>[^()]+?)(?: \[as [^\]]+\])? \({_PLACE}\)$"), True),
    (re.compile(rf"^\s*at (?:async )?{_PLACE}$"), True),
    # .NET: `at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 12`
    (re.compile(r"^\s*at (?P<function>[\w.<>`+\[\]]+)\(.*\) in (?P<file>.+):line (?P<line>\d+)$"), True),
    # DevTools: `executeBeat @ BeatExecutor.ts:155`
    (re.compile(r"^\s*(?P<function>\S[^@]*?) @ (?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?$"), False),
    # Firefox and Safari: `charge@https://shop.example/app.js:3:9`
    (re.compile(r"^(?P<function>[^\s@()]*)@(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+)$"), True),
)
_PYTHON = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)$')
_ANONYMOUS = {"(anonymous)", "<anonymous>", "anonymous", "<lambda>", "<module>", "?", ""}
_LIBRARY = re.compile(
    r"(?:^|/)node_modules/|^node:|^internal/|/site-packages/|/lib/python\d|<anonymous>|^native\b|^chrome-extension:"
    r"|\.vite/deps/|webpack/(?:bootstrap|runtime)|\.(?:development|production)(?:\.min)?\.js$"
    r"|(?:^|/)(?:react|react-dom|scheduler|vue|zone|jquery|lodash|rxjs|angular|polyfills?)[.\-][\w.\-]*js$"
    r"|(?:^|/)vendor[.\-/]"
)


@lru_cache(maxsize=8192)
def parse_stack(detail: str) -> tuple[Frame, ...]:
    """Return the frames, innermost first, thrown before logged; lines that are no frame are passed over."""
    thrown: list[Frame] = []
    logged: list[Frame] = []
    python: list[Frame] = []
    for line in detail.splitlines():
        if match := _PYTHON.match(line):
            python.append(_frame(match, True))
        elif (frame := _parse_line(line)) is not None:
            (thrown if frame.is_thrown else logged).append(frame)
    # Python prints the innermost frame last.
    return (*python[::-1], *thrown, *logged)[:MOST_FRAMES]


def is_library(file_name: str) -> bool:
    """Tell whether a file is the runtime's or a package's by its path or name alone."""
    return _LIBRARY.search(file_name.replace("\\", "/")) is not None


def short_function(name: str | None) -> str | None:
    """Return a function's own name: `Object.checkVoucher` is `checkVoucher`; None for a nameless one."""
    if name is None:
        return None
    last = re.split(r"[.#/]", name.strip())[-1]
    return None if last in _ANONYMOUS or name.strip() in _ANONYMOUS else last


def _parse_line(line: str) -> Frame | None:
    for pattern, is_thrown in _FORMS:
        if match := pattern.match(line):
            return _frame(match, is_thrown)
    return None


def _frame(match: re.Match[str], is_thrown: bool) -> Frame:
    found = match.groupdict()
    column = found.get("column")
    return Frame(
        found.get("function"),
        found["file"].split("?")[0],
        int(found["line"]),
        int(column) if column else None,
        is_thrown,
    )


# A name this short is what a minifier leaves.
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function of the scanned code; lines from 1."""

    path: str
    name: str
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A place in the scanned code and what led there; no line where the build's lines are not the source's."""

    path: str
    line: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class TopFrame:
    """The application's innermost frame and the place it stands for, if that is known."""

    frame: Frame
    place: CodePlace | None


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """The scanned files and functions, to look frames up in. Made by `build_index`."""

    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    functions: Mapping[str, Sequence[Symbol]] = field(default_factory=dict)
    maps: Mapping[str, SourceMap] = field(default_factory=dict)
    built: Mapping[str, Sequence[str]] = field(default_factory=dict)


def build_index(
    paths: Iterable[str], symbols: Iterable[Symbol], maps: Mapping[str, SourceMap] | None = None
) -> CodeIndex:
    """Index files by name and by name without endings, functions by name, source maps by their built files' paths."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    stems: defaultdict[str, list[str]] = defaultdict(list)
    functions: defaultdict[str, list[Symbol]] = defaultdict(list)
    for path in sorted(set(paths)):
        files[_file(path)].append(path)
        stems[_stem(path)].append(path)
    for symbol in sorted(symbols, key=lambda symbol: (symbol.path, symbol.line)):
        functions[symbol.name].append(symbol)
    built: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(maps or {}):
        built[_file(path)].append(path)
    return CodeIndex(files, stems, functions, maps or {}, built)


def find_top_frame(
    frames: Sequence[Frame], index: CodeIndex, handler: Symbol | None = None, logged_from: str | None = None
) -> TopFrame | None:
    """Return the application's top frame: the innermost that leads to scanned code, else the innermost of no library.

    The error's own stack counts; the logging call's only when there is no other, without the frames of the file that
    writes the log (`logged_from`).
    """
    thrown = [frame for frame in frames if frame.is_thrown]
    candidates = [frame for frame in thrown or _behind_logging(frames, logged_from) if not is_library(frame.file_name)]
    # Under a handler whose own frame cannot be placed lie frames of what called it: they would blame the caller.
    for frame in candidates[:1] if handler else candidates:
        if place := find_place(frame, index, handler):
            return TopFrame(frame, place)
    return TopFrame(candidates[0], None) if candidates else None


def find_place(frame: Frame, index: CodeIndex, handler: Symbol | None = None) -> CodePlace | None:
    """Return the scanned place a frame stands for."""
    if mapped := _mapped(frame, index):
        return mapped
    if path := _longest_match(frame.file_name, index.files.get(_file(frame.file_name), ())):
        return CodePlace(path, frame.line_number, "stack frame")
    name = short_function(frame.function_name)
    if handler is not None and name == handler.name:
        return CodePlace(handler.path, handler.line, "handler named by the stack")
    built_from = _longest_match(frame.file_name, index.stems.get(_stem(frame.file_name), ()))
    known = index.functions.get(name or "", ()) if len(name or "") >= _SHORTEST_NAME else ()
    if built_from is not None:
        inside = [symbol for symbol in known if symbol.path == built_from]
        return CodePlace(built_from, inside[0].line if len(inside) == 1 else None, "source file of the built one")
    if len(known) == 1:
        return CodePlace(known[0].path, known[0].line, "only function of that name")
    return None


def _mapped(frame: Frame, index: CodeIndex) -> CodePlace | None:
    # Every package of a workspace builds an index.js: its folders tell whose map is meant.
    built = _longest_match(frame.file_name, index.built.get(_file(frame.file_name), ()))
    if built is None or frame.line_number is None:
        return None
    original = index.maps[built].find(frame.line_number, frame.column_number or 1)
    if original is None or is_library(original.source):
        return None
    path = _longest_match(original.source, index.files.get(_file(original.source), ()))
    return CodePlace(path, original.line, "source map") if path else None


def _behind_logging(frames: Sequence[Frame], logged_from: str | None) -> list[Frame]:
    place = 0
    while place < len(frames) and logged_from and _file(frames[place].file_name) == logged_from:
        place += 1
    # Where the file that logs is all there is, it is the place: a client that reports its own failed request.
    return list(frames[place:] or frames)


def _longest_match(name: str, paths: Sequence[str]) -> str | None:
    """Return the one path that shares most of its last folders with `name`; None when two share as many."""
    if len(paths) <= 1:
        return paths[0] if paths else None
    wanted = name.replace("\\", "/").split("/")[::-1]
    scores = sorted(((_shared(wanted, path.split("/")[::-1]), path) for path in paths), reverse=True)
    return scores[0][1] if scores[0][0] > scores[1][0] else None


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for first, second in zip(left[1:], right[1:], strict=False):
        if first != second:
            break
        count += 1
    return count


def _file(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _stem(path: str) -> str:
    return _file(path).split(".")[0]
