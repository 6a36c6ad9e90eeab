"""All that JSON files declare, put together: sequences with their copies, routes, plugins, packages.

Decides which copy of a sequence counts. Files the user named as declarations say what exists; files found inside the
code add to it only where nothing was named, or as further copies of a sequence that was.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from orchestration.code_scan.declarations import Declaration, read_declarations, read_index
from orchestration.code_scan.json_files import JsonFile
from orchestration.code_scan.manifests import Plugin, Route, read_plugins, read_routes
from orchestration.code_scan.packages import Package, read_package
from orchestration.code_scan.path_aliases import PathAlias, is_alias_file, read_aliases

_Item = TypeVar("_Item")

# What lies in such folders inside the code is shown or tried out, not declared.
_NOT_DECLARING = re.compile(r"(^|/)(docs?|samples?|fixtures?|__\w+__|tests?|e2e|cypress)/")


def is_declaring(path: str) -> bool:
    """Tell whether what a file inside the code says is meant, not only shown or tried out."""
    return not _NOT_DECLARING.search(path)


@dataclass(frozen=True, slots=True)
class DeclarationFile:
    """A JSON file; `is_given` when the user named it (or its folder) as declarations."""

    file: JsonFile
    is_given: bool


@dataclass(frozen=True, slots=True)
class DeclaredSequence:
    """One copy of a sequence: where it is declared, where its handlers are said to be, whether it counts."""

    declaration: Declaration
    path: str
    is_given: bool
    handlers_module: str | None
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything declared; routes and plugins with the file that says so."""

    sequences: tuple[DeclaredSequence, ...]
    routes: tuple[tuple[Route, str], ...]
    plugins: tuple[tuple[Plugin, str], ...]
    packages: tuple[Package, ...]
    aliases: tuple[PathAlias, ...]

    @property
    def primary(self) -> tuple[DeclaredSequence, ...]:
        """Return the copies that count, in the order of their keys."""
        return tuple(sequence for sequence in self.sequences if sequence.is_primary)


def collect_declared(files: Sequence[DeclarationFile]) -> Declared:
    """Return what the files declare; no copy is primary yet, see `choose_primary`."""
    sequences = _collect_sequences(files)
    routes = _prefer_given(files, read_routes)
    plugins = _prefer_given(files, read_plugins)
    packages = (
        read_package(entry.file.value, entry.file.code_file_path)
        for entry in files
        if not entry.is_given and posixpath.basename(entry.file.code_file_path) == "package.json"
    )
    return Declared(
        sequences=tuple(sequences),
        routes=tuple(_drop_unrouted_doubles(routes)),
        plugins=tuple({plugin.plugin_name: (plugin, path) for plugin, path in reversed(plugins)}.values())[::-1],
        packages=tuple(package for package in packages if package is not None),
        aliases=tuple(
            alias
            for entry in files
            if not entry.is_given and is_alias_file(entry.file.code_file_path)
            for alias in read_aliases(entry.file.value, entry.file.code_file_path)
        ),
    )


def _collect_sequences(files: Sequence[DeclarationFile]) -> list[DeclaredSequence]:
    modules = {
        posixpath.normpath(posixpath.join(posixpath.dirname(entry.file.code_file_path), name)): module
        for entry in files
        for name, module in read_index(entry.file.value).items()
    }
    found: dict[tuple[str, str, str], DeclaredSequence] = {}
    for entry in files:
        path = entry.file.code_file_path
        if not entry.is_given and not is_declaring(path):
            continue
        for declaration in read_declarations(entry.file.value, looks_inside=entry.is_given):
            key = (declaration.sequence_key, declaration.declaration_hash, path)
            module = declaration.handlers_module or modules.get(path)
            found.setdefault(key, DeclaredSequence(declaration, path, entry.is_given, module))
    return _with_known_modules(_given_keys_only(list(found.values())))


def _given_keys_only(sequences: list[DeclaredSequence]) -> list[DeclaredSequence]:
    given = {sequence.declaration.sequence_key for sequence in sequences if sequence.is_given}
    if not given:
        return sequences
    return [sequence for sequence in sequences if sequence.declaration.sequence_key in given]


def _with_known_modules(sequences: list[DeclaredSequence]) -> list[DeclaredSequence]:
    """Give a copy without an index of its own the handlers module an equal copy has."""
    known: dict[tuple[str, str], str] = {}
    for sequence in sequences:
        if sequence.handlers_module:
            key = (sequence.declaration.sequence_key, sequence.declaration.declaration_hash)
            known.setdefault(key, sequence.handlers_module)
    return [
        replace(
            sequence,
            handlers_module=sequence.handlers_module
            or known.get((sequence.declaration.sequence_key, sequence.declaration.declaration_hash)),
        )
        for sequence in sequences
    ]


def _prefer_given(files: Sequence[DeclarationFile], read: Callable[[object], list[_Item]]) -> list[tuple[_Item, str]]:
    given = [(item, entry.file.code_file_path) for entry in files if entry.is_given for item in read(entry.file.value)]
    if given:
        return given
    return [
        (item, entry.file.code_file_path)
        for entry in files
        if is_declaring(entry.file.code_file_path)
        for item in read(entry.file.value)
    ]


def _drop_unrouted_doubles(routes: list[tuple[Route, str]]) -> Iterable[tuple[Route, str]]:
    routed = {route.topic for route, _ in routes if route.sequence_key and route.route_kind == "topic"}
    seen: set[Route] = set()
    for route, path in routes:
        if route in seen or (route.sequence_key is None and route.topic in routed):
            continue
        seen.add(route)
        yield route, path


def choose_primary(declared: Declared, files_of_handler: dict[str, list[str]]) -> Declared:
    """Mark one copy of each sequence as the one that counts.

    A copy the user named comes first; then the copy nearest to the code of its handlers (most folders shared with
    files that define functions of their names); then the shorter path, then the alphabet.
    """
    copies: dict[str, list[DeclaredSequence]] = defaultdict(list)
    for sequence in declared.sequences:
        copies[sequence.declaration.sequence_key].append(sequence)
    marked: list[DeclaredSequence] = []
    for key in sorted(copies):
        ranked = sorted(copies[key], key=lambda sequence: _rank(sequence, files_of_handler))
        marked += [replace(sequence, is_primary=index == 0) for index, sequence in enumerate(ranked)]
    return replace(declared, sequences=tuple(marked))


def _rank(sequence: DeclaredSequence, files_of_handler: dict[str, list[str]]) -> tuple[bool, int, int, str]:
    nearness = sum(
        max(
            (_shared_folders(sequence.path, path) for path in files_of_handler.get(beat.handler_name or "", ())),
            default=0,
        )
        for beat in sequence.declaration.beats
    )
    return (not sequence.is_given, -nearness, sequence.path.count("/"), sequence.path)


def _shared_folders(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left.split("/")[:-1], right.split("/")[:-1], strict=False):
        if one != other:
            break
        count += 1
    return count
