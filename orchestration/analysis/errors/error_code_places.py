"""Where in the scanned code an error came from: the application's top frame, and the place it stands for.

A frame names a file as the build calls it. Three ways lead from there to the source, the surest first: the file is a
scanned one; a source map says so; the function of the frame is the handler, or the only scanned function of that name
(bundles and minified builds keep names more often than lines). Parsing stacks belongs to error_stack.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.analysis.errors.error_stack import Frame, is_library, short_function
from orchestration.analysis.errors.source_map import SourceMap

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
