"""Following a name through files: exports, re-exports, imports, aliases, objects and spreads, to the function meant.

Works on facts alone. Which of several functions a declaration means is decided in `handlers`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestration.code_scan.facts import FileFacts, Member, Symbol
from orchestration.code_scan.packages import PackageMap

# Real chains of re-exports are three or four long; a hundred is somebody's joke.
_MAX_STEPS = 60
_FUNCTION_KINDS = frozenset({"function", "arrow", "method", "object_member"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a name stands for: a symbol, an object (with the part of it meant), or a whole module (neither)."""

    path: str
    symbol: Symbol | None = None
    object_name: str | None = None
    prefix: str = ""

    @property
    def is_function(self) -> bool:
        """Tell whether the place is a function that can be run."""
        return self.symbol is not None and self.symbol.kind in _FUNCTION_KINDS


class CodeBase:
    """The facts of all files, and the ways between them."""

    def __init__(self, files: Mapping[str, FileFacts], packages: PackageMap) -> None:
        self.files = files
        self.packages = packages

    def exported(self, path: str, name: str, steps: int = 0) -> Place | None:
        """Return what a module offers under a name."""
        facts = self.files.get(path)
        if facts is None or steps > _MAX_STEPS:
            return None
        stars = []
        for export in facts.exports:
            if export.name == "*":
                stars.append(export.module or "")
            elif export.name == name:
                found = self._followed(path, export.local, export.module, steps)
                if found is not None:
                    return found
        for module in stars:
            target = self.packages.resolve(module, path)
            found = self.exported(target, name, steps + 1) if target and name != "default" else None
            if found is not None:
                return found
        return self.local(path, name, steps + 1) if facts.language == "python" else None

    def _followed(self, path: str, local: str, module: str | None, steps: int) -> Place | None:
        if module is None:
            return self.local(path, local, steps + 1)
        target = self.packages.resolve(module, path)
        if target is None:
            return None
        return Place(target) if local == "*" else self.exported(target, local, steps + 1)

    def local(self, path: str, name: str, steps: int = 0) -> Place | None:
        """Return what a name stands for inside a file; `a.b` is the member b of a."""
        facts = self.files.get(path)
        if facts is None or steps > _MAX_STEPS:
            return None
        head, _, rest = name.partition(".")
        found = self._named(path, facts, head, steps)
        return self.member(found, rest, steps + 1) if found is not None and rest else found

    def _named(self, path: str, facts: FileFacts, name: str, steps: int) -> Place | None:
        for symbol in facts.symbols:
            is_nameable = symbol.kind != "object_member" or (symbol.container is None and symbol.is_exported)
            if symbol.name == name and symbol.is_top_level and is_nameable:
                return Place(path, symbol)
        if any(member.object_name == name for member in facts.members):
            return Place(path, object_name=name)
        for binding in facts.imports:
            if binding.local == name:
                found = self._imported(path, binding.module, binding.imported, steps)
                if found is not None:
                    return found
        for alias in facts.aliases:
            if alias.name == name and alias.target != name:
                return self.local(path, alias.target, steps + 1)
        return None

    def _imported(self, path: str, module: str, imported: str, steps: int) -> Place | None:
        target = self.packages.resolve(module, path)
        if target is None:
            return None
        if imported == "*":
            return Place(target)
        found = self.exported(target, imported, steps + 1)
        if found is None and path.endswith(".py"):
            inner = self.packages.resolve(
                f"{module.rstrip('.')}.{imported}" if module.strip(".") else module + imported, path
            )
            return Place(inner) if inner else None
        return found

    def member(self, place: Place, key: str, steps: int = 0) -> Place | None:
        """Return the member of an object, module or class; `key` may have dots."""
        if steps > _MAX_STEPS:
            return None
        if place.symbol is not None:
            return self._method(place.path, place.symbol, key)
        if place.object_name is None:
            head, _, rest = key.partition(".")
            found = self.exported(place.path, head, steps + 1)
            return self.member(found, rest, steps + 1) if found is not None and rest else found
        return self._object_member(place, place.prefix + key, steps)

    def _method(self, path: str, owner: Symbol, key: str) -> Place | None:
        for symbol in self.files[path].symbols:
            if symbol.name == key and symbol.container == owner.name and owner.kind == "class":
                return Place(path, symbol)
        return None

    def _object_member(self, place: Place, key: str, steps: int) -> Place | None:
        members = [member for member in self.files[place.path].members if member.object_name == place.object_name]
        # A later member wins over an earlier one of the same name, as it does when the object is made.
        for member in reversed(members):
            found = self._one_member(place, member, key, steps)
            if found is not None:
                return found
        if any(member.key.startswith(key + ".") for member in members):
            return Place(place.path, object_name=place.object_name, prefix=key + ".")
        return None

    def _one_member(self, place: Place, member: Member, key: str, steps: int) -> Place | None:
        if member.relation == "spread":
            if not key.startswith(member.key):
                return None
            spread = self.local(place.path, member.target, steps + 1)
            return self.member(spread, key[len(member.key) :], steps + 1) if spread is not None else None
        if member.relation == "reference":
            if member.key == key:
                return self.local(place.path, member.target, steps + 1)
            if key.startswith(member.key + "."):
                inner = self.local(place.path, member.target, steps + 1)
                return self.member(inner, key[len(member.key) + 1 :], steps + 1) if inner is not None else None
            return None
        if member.key != key:
            return None
        start = int(member.target)
        found = next((symbol for symbol in self.files[place.path].symbols if symbol.start_byte == start), None)
        return Place(place.path, found) if found is not None else None

    def offered(self, path: str, handler: str) -> Iterator[tuple[Place, str]]:
        """Yield the functions a module offers under a handler's name, with the way in words, best first."""
        for way in ("handlers", "default"):
            start = self.exported(path, way)
            if start is None:
                continue
            nested = self.member(start, "handlers") if way == "default" else None
            for base, words in ((start, f"`{way}`"), (nested, "`default.handlers`")):
                found = self.member(base, handler) if base is not None else None
                if found is not None and found.is_function:
                    yield found, f"member of its exported {words}"
        found = self.exported(path, handler)
        if found is not None and found.is_function:
            yield found, "exported by it"
        for export in self.files[path].exports:
            base = self.exported(path, export.name) if export.name not in ("*", "default", "handlers") else None
            found = (
                self.member(base, handler) if base is not None and base.symbol is None and base.object_name else None
            )
            if found is not None and found.is_function:
                yield found, f"member of its exported `{export.name}`"
