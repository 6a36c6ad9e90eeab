"""What handlers modules offer: functions under names, whether a sequence declares them or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.code_scan.handlers import BeatHandler
from orchestration.code_scan.linker import CodeBase, Place
from orchestration.code_scan.suites import is_test_path


@dataclass(frozen=True, slots=True)
class OfferedHandler:
    """A function a module offers under a handler's name."""

    path: str
    handler_name: str
    place: Place
    is_declared: bool


def find_offered(code: CodeBase, beats: Iterable[BeatHandler]) -> Iterator[OfferedHandler]:
    """Yield the functions in exported objects called `handlers`, in path order."""
    declared = {place for beat in beats for place in beat.places}
    for path in sorted(code.files):
        facts = code.files[path]
        if is_test_path(path) or not any(export.name == "handlers" for export in facts.exports):
            continue
        base = code.exported(path, "handlers")
        if base is None or base.path != path or base.object_name is None:
            continue
        for name in sorted(_names(code, base)):
            place = code.member(base, name)
            if place is not None and place.is_function:
                yield OfferedHandler(path, name, place, place in declared)


def _names(code: CodeBase, base: Place, steps: int = 0) -> set[str]:
    """Return the names an object has, those it takes over from others included."""
    names: set[str] = set()
    for member in code.files[base.path].members:
        if member.object_name != base.object_name or steps > 5:
            continue
        if member.relation != "spread":
            names.add(member.key)
            continue
        spread = code.local(base.path, member.target)
        if spread is not None and spread.object_name is not None:
            names |= _names(code, spread, steps + 1)
    return {name for name in names if "." not in name}
