"""Which function a declared handler is, with the evidence in words.

For each beat, best evidence first: the handlers module its index names, the entry of its package, exported objects and
functions of the package, then names alone. A (plugin, handler) pair is unique when all its beats lead to one place.
Following names through files is `linker`'s work.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.code_scan.declarations import DeclaredBeat
from orchestration.code_scan.declared import Declared, DeclaredSequence
from orchestration.code_scan.linker import CodeBase, Place
from orchestration.code_scan.packages import Package
from orchestration.code_scan.suites import is_test_path

_WORD = re.compile(r"[a-z0-9]+")
# A sequence without a plugin still has handlers; they need a plugin to be told apart by.
NO_PLUGIN = "(none)"


@dataclass(frozen=True, slots=True)
class BeatHandler:
    """The function behind one beat: all places that remain possible, and how they were found."""

    sequence: DeclaredSequence
    beat: DeclaredBeat
    handler_name: str
    places: tuple[Place, ...]
    evidence: str

    @property
    def resolution(self) -> str:
        """Return unique, ambiguous or unresolved."""
        return _resolution(self.places)


@dataclass(frozen=True, slots=True)
class Handler:
    """The function behind a (plugin, handler) pair, put together from its beats."""

    plugin_name: str
    handler_name: str
    package_name: str | None
    places: tuple[Place, ...]
    evidence: str

    @property
    def resolution(self) -> str:
        """Return unique, ambiguous or unresolved."""
        return _resolution(self.places)


def _resolution(places: Sequence[Place]) -> str:
    return ("unresolved", "unique")[len(places)] if len(places) < 2 else "ambiguous"


class HandlerResolver:
    """Resolves handlers over one code base; keeps an index of functions by name."""

    def __init__(self, code: CodeBase, declared: Declared) -> None:
        self._code = code
        self._modules = {plugin.plugin_name: plugin.module for plugin, _ in declared.plugins if plugin.module}
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        for path in sorted(code.files):
            if not is_test_path(path):
                for symbol in code.files[path].symbols:
                    place = Place(path, symbol)
                    if place.is_function:
                        self._by_name[symbol.name].append(place)
        for name, places in self._by_name.items():
            self._by_name[name] = _first_ranked(places)
        self._objects: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for path in sorted(code.files):
            if not is_test_path(path):
                for member in code.files[path].members:
                    self._objects[member.key.rpartition(".")[2]].append((path, member.object_name))

    def files_of_handler(self) -> dict[str, list[str]]:
        """Return, by name, the files that define a function of that name."""
        return {name: [place.path for place in places] for name, places in self._by_name.items()}

    def package_of(self, sequence: DeclaredSequence) -> Package | None:
        """Return the package a sequence belongs to: by its folder, its handlers module, or its plugin's module."""
        packages = self._code.packages
        owner = packages.owner_of(sequence.path)
        if owner is not None and owner.scope:
            return owner
        for module in (sequence.handlers_module, self._modules.get(sequence.declaration.plugin_name or "")):
            found = packages.of_module(module) if module else None
            if found:
                return found[0]
        return owner

    def resolve(self, sequence: DeclaredSequence, beat: DeclaredBeat) -> BeatHandler:
        """Return the function behind a beat."""
        name = beat.handler_name or ""
        if not self._code.files:
            return BeatHandler(sequence, beat, name, (), "no code was scanned")
        hint, found = self._by_module(sequence, name)
        if found is None:
            package = self.package_of(sequence)
            found = self._by_package(sequence, beat, name, package) or self._by_name_alone(sequence, beat, name)
        places, words = found
        return BeatHandler(sequence, beat, name, places, f"{hint}; {words}" if hint else words)

    def _by_module(self, sequence: DeclaredSequence, name: str) -> tuple[str, tuple[tuple[Place, ...], str] | None]:
        """Follow the module the declaration names; the first value is what went wrong, when something did."""
        module = sequence.handlers_module
        if not module:
            return "", None
        path = self._code.packages.resolve_loosely(module, _folders_above(sequence.path))
        if path is None or path not in self._code.files:
            return f"the handlers module {module} is not in the scanned code", None
        for place, words in self._code.offered(path, name):
            return "", ((place,), f"the index names {module} ({path}); {words}{_through(path, place)}")
        return f"the handlers module {module} ({path}) offers no {name}", None

    def _by_package(
        self, sequence: DeclaredSequence, beat: DeclaredBeat, name: str, package: Package | None
    ) -> tuple[tuple[Place, ...], str] | None:
        if package is None:
            return None
        entry = self._code.packages.entry_of(package)
        if entry is not None and entry in self._code.files:
            for place, words in self._code.offered(entry, name):
                return (place,), f"the entry of package {package.name} ({entry}); {words}{_through(entry, place)}"
        within = package.scope
        offered = self._offered_places(name, within)
        if offered:
            return _choose(offered, sequence, beat, f"offered for use in package {package.name}")
        named = [place for place in self._by_name.get(name, ()) if place.path.startswith(within)]
        return _choose(named, sequence, beat, f"of that name in package {package.name}") if named else None

    def _by_name_alone(
        self, sequence: DeclaredSequence, beat: DeclaredBeat, name: str
    ) -> tuple[tuple[Place, ...], str]:
        offered = self._offered_places(name, "")
        if offered:
            return _choose(offered, sequence, beat, "offered for use in the code")
        named = self._by_name.get(name, [])
        if named:
            return _choose(named, sequence, beat, "of that name in the code")
        return (), f"no function called {name} in the scanned code"

    def _offered_places(self, name: str, within: str) -> list[Place]:
        """Return exported functions of a name, and what exported objects hold under it."""
        found = [
            place
            for place in self._by_name.get(name, ())
            if place.path.startswith(within) and place.symbol is not None and place.symbol.is_exported
        ]
        for path, object_name in self._objects.get(name, ()):
            exports = self._code.files[path].exports
            if path.startswith(within) and any(export.local == object_name for export in exports):
                place = self._code.member(Place(path, object_name=object_name), name)
                if place is not None and place.is_function:
                    found.append(place)
        return list(dict.fromkeys(found))


def _first_ranked(places: list[Place]) -> list[Place]:
    """Leave out what has no body, and setters, where there is another function of the name."""
    first = [place for place in places if place.symbol is not None and not place.symbol.is_secondary]
    return first or places


def _choose(
    places: Sequence[Place], sequence: DeclaredSequence, beat: DeclaredBeat, words: str
) -> tuple[tuple[Place, ...], str]:
    """Take the only place, or the one whose path speaks most of the sequence; else all of them."""
    if len(places) == 1:
        return (places[0],), f"the only function {words}"
    wanted = set(
        _WORD.findall(f"{sequence.declaration.sequence_key} {beat.movement_name or ''} {sequence.path}".lower())
    )
    scores = {place: len(wanted & set(_WORD.findall(place.path.lower()))) for place in places}
    best = max(scores.values())
    winners = tuple(place for place in places if scores[place] == best)
    if len(winners) == 1:
        return winners, f"one of {len(places)} functions {words}; its path shares most words with the sequence's"
    return winners, f"{len(winners)} functions {words}, and nothing tells them apart"


def _through(path: str, place: Place) -> str:
    return f", defined in {place.path}" if place.path != path else ""


def _folders_above(path: str) -> list[str]:
    folders = []
    folder = posixpath.dirname(path)
    while folder:
        folders.append(folder)
        folder = posixpath.dirname(folder)
    return [*folders, ""]


def resolve_beats(declared: Declared, resolver: HandlerResolver) -> list[BeatHandler]:
    """Return the function behind every beat of the sequences that count."""
    return [
        resolver.resolve(sequence, beat)
        for sequence in declared.primary
        for beat in sequence.declaration.beats
        if beat.handler_name
    ]


def merge_handlers(beats: Iterable[BeatHandler], code: CodeBase) -> list[Handler]:
    """Return one handler per (plugin, handler) pair."""
    groups: dict[tuple[str, str], list[BeatHandler]] = defaultdict(list)
    for beat in beats:
        plugin = beat.sequence.declaration.plugin_name or NO_PLUGIN
        groups[plugin, beat.handler_name].append(beat)
    return [_merge(plugin, name, group, code) for (plugin, name), group in sorted(groups.items())]


def _merge(plugin: str, name: str, group: list[BeatHandler], code: CodeBase) -> Handler:
    places = tuple(dict.fromkeys(place for beat in group for place in beat.places))
    owner = code.packages.owner_of(places[0].path if places else group[0].sequence.path)
    return Handler(plugin, name, owner.name if owner else None, places, _merged_evidence(group, places))


def _merged_evidence(group: list[BeatHandler], places: tuple[Place, ...]) -> str:
    words = list(dict.fromkeys(beat.evidence for beat in group))
    if len(places) > 1 and all(len(beat.places) == 1 for beat in group):
        each = (f"{beat.sequence.declaration.sequence_key}: {show_place(beat.places[0])}" for beat in group)
        return "one function per sequence, each known: " + "; ".join(dict.fromkeys(each))
    return "; ".join(words)


def show_place(place: Place) -> str:
    """Return a place as file:line."""
    return f"{place.path}:{place.symbol.line_number if place.symbol else 1}"
