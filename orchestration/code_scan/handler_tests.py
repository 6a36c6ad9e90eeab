"""Which test files speak of which handlers: importing its function, or naming it beside its package."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.code_scan.facts import FileFacts
from orchestration.code_scan.handlers import Handler
from orchestration.code_scan.linker import CodeBase, Place
from orchestration.code_scan.suites import count_tests, is_test_file


@dataclass(frozen=True, slots=True)
class HandlerTest:
    """A test file and what it has to do with a handler: it imports its function, or it names it."""

    handler: Handler
    test_file_path: str
    evidence: str
    test_count: int


def link_tests(handlers: Iterable[Handler], code: CodeBase) -> list[HandlerTest]:
    """Return a row per test file and handler it speaks of, in the order of the handlers."""
    by_word: dict[str, list[Handler]] = defaultdict(list)
    for handler in handlers:
        words = {handler.handler_name} | {place.symbol.name for place in handler.places if place.symbol}
        for word in words:
            by_word[word].append(handler)
    found: list[HandlerTest] = []
    for path in sorted(code.files):
        facts = code.files[path]
        if facts.mentions and is_test_file(path, facts):
            found += _link_file(path, facts, by_word, code)
    return sorted(found, key=lambda row: (row.handler.plugin_name, row.handler.handler_name, row.test_file_path))


def _link_file(path: str, facts: FileFacts, by_word: dict[str, list[Handler]], code: CodeBase) -> Iterator[HandlerTest]:
    spoken = {
        (handler.plugin_name, handler.handler_name): handler
        for word in facts.mentions
        for handler in by_word.get(word, ())
    }
    if not spoken:
        return
    reached = _reached(path, facts, code)
    packages = _packages_near(path, facts, code)
    for handler in spoken.values():
        if any(_leads_to(base, handler, place, code) for base in reached for place in handler.places):
            evidence = "imports"
        elif handler.package_name in packages:
            evidence = "names"
        else:
            continue
        yield HandlerTest(handler, path, evidence, count_tests(path, facts))


def _reached(path: str, facts: FileFacts, code: CodeBase) -> list[Place]:
    places = []
    for binding in facts.imports:
        target = code.packages.resolve(binding.module, path)
        if target is None:
            continue
        place = Place(target) if binding.imported in ("", "*") else code.exported(target, binding.imported)
        if place is not None:
            places.append(place)
    return list(dict.fromkeys(places))


def _leads_to(base: Place, handler: Handler, place: Place, code: CodeBase) -> bool:
    """Tell whether what a test imports is the function, or an object or module that holds it under its name."""
    if base == place:
        return True
    if base.symbol is not None:
        return False
    names = {handler.handler_name, place.symbol.name if place.symbol else ""}
    if any(code.member(base, name) == place for name in names if name):
        return True
    is_module = base.object_name is None
    return is_module and any(found == place for found, _ in code.offered(base.path, handler.handler_name))


def _packages_near(path: str, facts: FileFacts, code: CodeBase) -> set[str]:
    owner = code.packages.owner_of(path)
    names = {owner.name} if owner is not None and owner.scope else set()
    for binding in facts.imports:
        found = code.packages.of_module(binding.module) if not binding.module.startswith(".") else None
        target = code.packages.resolve(binding.module, path) if found is None else None
        near = found[0] if found else (code.packages.owner_of(target) if target else None)
        if near is not None:
            names.add(near.name)
    return names
