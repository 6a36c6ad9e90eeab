"""Packages of a code base, and which file a module name means.

Knows package.json (name, exports, main), relative paths, `.js` written for `.ts`, aliases (`path_aliases`), and built
paths (dist/x.js) that stand for their source (src/x.ts). Names inside a module are `linker`'s work.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.code_scan.path_aliases import PathAlias, expand_alias

_SUFFIXES = (
    "", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".py", "/index.ts", "/index.tsx",
    "/index.js", "/index.mjs", "/index.cjs", "/index.jsx", "/__init__.py",
)  # fmt: skip
_BUILT_FOLDERS = frozenset({"dist", "lib", "build", "out", "es", "esm", "cjs", "umd", "types"})
_CODE_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_CONDITIONS = ("source", "import", "module", "default", "require", "node", "browser", "types")


@dataclass(frozen=True, slots=True)
class Package:
    """A package: its folder ('' for the root) and what its manifest says about entries."""

    name: str
    folder: str
    exports: Mapping[str, tuple[str, ...]]
    entries: tuple[str, ...]
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        """Return what the paths of its files begin with; empty when it lies at or above the root and holds them all."""
        return "" if not self.folder or _is_above(self.folder) else self.folder + "/"


def read_package(value: Any, code_file_path: str) -> Package | None:
    """Return the package a package.json describes; None when it describes none."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        return None
    entries = [value[key] for key in ("source", "module", "main", "types") if isinstance(value.get(key), str)]
    folder = posixpath.dirname(code_file_path)
    imports = value.get("imports")
    return Package(
        value["name"],
        folder,
        _read_exports(value.get("exports")),
        tuple(entries),
        _read_exports({key: target for key, target in imports.items() if key.startswith("#")})
        if isinstance(imports, dict)
        else {},
    )


def _read_exports(exports: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(exports, str):
        return {".": (exports,)}
    if not isinstance(exports, dict):
        return {}
    if not any(key.startswith((".", "#")) for key in exports):
        return {".": tuple(_targets(exports))}
    return {key: tuple(_targets(value)) for key, value in exports.items()}


def _targets(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _targets(item)
    elif isinstance(value, dict):
        for condition in sorted(value, key=lambda key: _CONDITIONS.index(key) if key in _CONDITIONS else 99):
            yield from _targets(value[condition])


class PackageMap:
    """The packages of a code base by name and by folder."""

    def __init__(
        self, packages: Iterable[Package], files: Iterable[str], aliases: Iterable[PathAlias] = (), base: str = ""
    ) -> None:
        """Take in packages, files and aliases by their paths below `base`; packages and aliases may lie above it."""
        ordered = sorted(packages, key=lambda package: (package.folder.count("/"), package.folder))
        self._by_name: dict[str, Package] = {}
        for package in ordered:
            self._by_name.setdefault(package.name, package)
        self._by_folder = {package.folder: package for package in reversed(ordered)}
        self._files = frozenset(files)
        self._aliases = tuple(aliases)
        self._base = base
        above = [package for package in ordered if package.folder and not package.scope]
        self._nearest_above = min(above, key=lambda package: package.folder.count(".."), default=None)

    def named(self, name: str) -> Package | None:
        """Return the package of a name; of several the one nearest to the root."""
        return self._by_name.get(name)

    def owner_of(self, path: str) -> Package | None:
        """Return the package whose folder is nearest above a path."""
        folder = posixpath.dirname(path)
        while True:
            if folder in self._by_folder:
                return self._by_folder[folder]
            if not folder:
                return self._nearest_above
            folder = posixpath.dirname(folder)

    def of_module(self, module: str) -> tuple[Package, str] | None:
        """Return the package a bare module name belongs to, and the rest of the name as './rest' or '.'."""
        parts = module.split("/")
        for count in (2, 1) if module.startswith("@") else (1,):
            package = self._by_name.get("/".join(parts[:count]))
            if package is not None:
                rest = "/".join(parts[count:])
                return package, f"./{rest}" if rest else "."
        return None

    def resolve(self, module: str, importer: str) -> str | None:
        """Return the file a module name means when written in the file `importer`; None when it is not in the tree."""
        if module.startswith("."):
            folder = posixpath.dirname(importer)
            if importer.endswith(".py"):
                return self._first([_python_path(module, folder)])
            path = posixpath.normpath(posixpath.join(folder, module))
            return self._first([path, *_source_paths(path)])
        if importer.endswith(".py"):
            owner = self.owner_of(importer)
            bases = ["", "src"] + ([owner.folder, posixpath.join(owner.folder, "src")] if owner else [])
            return self._first([posixpath.join(base, module.replace(".", "/")) for base in bases])
        if module.startswith("#"):
            return self._first(self._imported_paths(module, importer))
        found = self.of_module(module)
        inside = self._first(_package_paths(*found)) if found else None
        return inside or self._first(expand_alias(self._aliases, module, importer))

    def _imported_paths(self, module: str, importer: str) -> Iterator[str]:
        """Yield what a name of the importer's own package (`imports` of its package.json) and its aliases stand for."""
        owner = self.owner_of(importer)
        for target in _exported_targets(owner.imports, module) if owner else ():
            if target.startswith("."):
                path = posixpath.normpath(posixpath.join(owner.folder, target)) if owner else target
                yield from (*_source_paths(path, owner.folder if owner else ""), path)
            elif resolved := self.resolve(target, importer) if not target.startswith("#") else None:
                yield resolved
        yield from expand_alias(self._aliases, module, importer)

    def resolve_loosely(self, module: str, folders: Iterable[str]) -> str | None:
        """Return the file a path in a declaration means: a module name, or a path from one of the folders."""
        found = self.of_module(module)
        if found:
            return self._first(_package_paths(*found))
        plain = module.removeprefix("/")
        paths = [posixpath.normpath(posixpath.join(folder, plain)) for folder in folders]
        # The scanned root may lie below the folder the path was written for.
        parts = plain.split("/")
        paths += ["/".join(parts[count:]) for count in range(1, len(parts) - 1)]
        return self._first([path for base in paths for path in (base, *_source_paths(base))])

    def entry_of(self, package: Package) -> str | None:
        """Return the file a package offers as itself."""
        return self._first(_package_paths(package, "."))

    def _below_base(self, path: str) -> str:
        """Return a path that leads above the base and down into it again as the path inside."""
        whole = posixpath.normpath(posixpath.join(self._base, path)) if self._base and _is_above(path) else path
        return whole.removeprefix(self._base + "/") if whole is not path else path

    def _first(self, paths: Iterable[str]) -> str | None:
        for path in paths:
            for candidate in _spellings(self._below_base(path)):
                if candidate in self._files:
                    return candidate
        return None


def _is_above(path: str) -> bool:
    return path == ".." or path.startswith("../")


def _spellings(path: str) -> Iterator[str]:
    for suffix in _SUFFIXES:
        yield path + suffix
    stem, dot = posixpath.splitext(path)
    if dot in _CODE_SUFFIXES:
        for suffix in _CODE_SUFFIXES:
            yield stem + suffix
    elif stem.endswith(".d") and dot == ".ts":
        yield stem[:-2] + ".ts"


def _python_path(module: str, folder: str) -> str:
    rest = module.lstrip(".")
    for _ in range(len(module) - len(rest) - 1):
        folder = posixpath.dirname(folder)
    return posixpath.join(folder, rest.replace(".", "/")) if rest else folder


def _package_paths(package: Package, subpath: str) -> Iterator[str]:
    targets = list(_exported_targets(package.exports, subpath))
    if subpath == ".":
        targets += [*package.entries, "src/index", "index"]
    else:
        targets += [posixpath.join("src", subpath), subpath]
    for target in targets:
        path = posixpath.normpath(posixpath.join(package.folder, target))
        # The source is what people mean; the built file is looked at only when there is no source.
        yield from _source_paths(path, package.folder)
        yield path


def _exported_targets(exports: Mapping[str, tuple[str, ...]], subpath: str) -> Iterator[str]:
    yield from exports.get(subpath, ())
    for key in sorted((key for key in exports if "*" in key), key=len, reverse=True):
        before, _, after = key.partition("*")
        if subpath.startswith(before) and subpath.endswith(after) and len(subpath) > len(before) + len(after):
            middle = subpath[len(before) : len(subpath) - len(after)]
            yield from (target.replace("*", middle) for target in exports[key])


def _source_paths(path: str, folder: str = "") -> Iterator[str]:
    inside = path[len(folder) :].strip("/") if folder else path
    parts = inside.split("/")
    for index, part in enumerate(parts[:-1]):
        if part in _BUILT_FOLDERS:
            rest = parts[index + 1 :]
            for source in (["src"], []):
                yield posixpath.join(folder, *parts[:index], *source, *rest)
            return
