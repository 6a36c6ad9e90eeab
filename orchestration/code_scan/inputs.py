"""From what the user named to files: code roots and declarations, each with the path shown to people."""

import glob
import os
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.code_scan.declared import DeclarationFile
from orchestration.code_scan.foreign_declarations import is_json_name, kind_of_declaration, unread_declaration
from orchestration.code_scan.json_files import JsonFile, read_json
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.repository import folders_above
from orchestration.code_scan.source_tree import OtherFiles, SourceFile, discover_sources, printable_path
from orchestration.domain.errors import UsageError
from orchestration.given_files import MEBIBYTE, read_given


@dataclass(frozen=True, slots=True)
class CodeRoot:
    """A folder of code, or some files of it; `prefix` is put before its paths when there is more than one."""

    path: Path
    prefix: str
    only: frozenset[str] = frozenset()

    def means(self, path: Path) -> bool:
        """Tell whether a file below the folder is meant."""
        return not self.only or (path.parent == self.path and path.name in self.only)


def find_code_roots(code: Sequence[str | Path]) -> list[CodeRoot]:
    """Return the code roots, each once; raises UsageError when there is nothing at one of the paths or patterns.

    Paths are shown relative to the root; of several roots relative to the folder that holds them all.
    """
    named = [path.resolve() for source in code for path in expand_source(source, "code")]
    folders = {path for path in named if path.is_dir()}
    outermost = {path for path in folders if folders.isdisjoint(path.parents)}
    files: dict[Path, set[str]] = {}
    for path in named:
        if path not in folders and outermost.isdisjoint(path.parents):
            files.setdefault(path.parent, set()).add(path.name)
    roots = sorted({path: frozenset(files.get(path, ())) for path in (*outermost, *files)}.items())
    if len(roots) < 2:
        return [CodeRoot(path, "", only) for path, only in roots]
    shared = Path(os.path.commonpath([path for path, _ in roots]))
    return [
        CodeRoot(path, "" if path == shared else path.relative_to(shared).as_posix() + "/", only)
        for path, only in roots
    ]


def discover_code(
    roots: Sequence[CodeRoot], options: ScanOptions, others: OtherFiles | None = None
) -> list[SourceFile]:
    """Return the files of all roots, in path order; `others` are gathered beside."""
    found: list[SourceFile] = []
    for root in roots:
        beside = OtherFiles(others.kind_of if others else lambda _: None)
        sources = discover_sources(root.path, root.prefix, options, folders_above(root.path), beside)
        found += [source for source in sources if root.means(source.path)]
        if others:
            others.found.extend(file for file in beside.found if root.means(file[1]))
    return sorted(found, key=lambda source: source.code_file_path)


def read_declaration_files(
    sequences: Sequence[str | Path], roots: Sequence[CodeRoot], sources: Sequence[SourceFile], options: ScanOptions
) -> list[DeclarationFile]:
    """Return the files the user named, those that are no JSON unread, then JSON inside the code that was not named."""
    given: dict[str, DeclarationFile] = {}
    for named, shown in _named_files(sequences, roots, options):
        entry = DeclarationFile(_read(named, shown), True)
        if shown in given and given[shown].file.content_hash != entry.file.content_hash:
            shown = _free_name(named, given)
            entry = DeclarationFile(_read(named, shown), True)
        given.setdefault(shown, entry)
    found = dict(given)
    for source in sources:
        if source.language != "json" or source.problem:
            continue
        path = source.code_file_path
        known = given.get(path)
        file = read_json(source.path, path)
        if known is None:
            found[path] = DeclarationFile(file, False)
        elif known.file.content_hash != file.content_hash:
            # The same place, another content: the code's copy is another declaration, shown under its root's name.
            shown = f"{source.path.parents[path.count('/')].name}/{path}"
            found[shown] = DeclarationFile(read_json(source.path, shown), False)
    return list(found.values())


def _free_name(path: Path, taken: dict[str, DeclarationFile]) -> str:
    parts = path.resolve().parts
    names = (posixpath.join(*parts[-count:]) for count in range(2, len(parts)))
    return next((name for name in names if name not in taken), str(path))


def _read(path: Path, shown: str) -> JsonFile:
    if is_json_name(path.name):
        return read_json(path, shown)
    try:
        return unread_declaration(shown, read_given(path, MEBIBYTE))
    except OSError as error:
        return JsonFile(shown, None, f"cannot be read: {error.strerror}", 0, 0, None)


def _named_files(
    sequences: Sequence[str | Path], roots: Sequence[CodeRoot], options: ScanOptions
) -> Iterator[tuple[Path, str]]:
    for source in sequences:
        paths = expand_source(source, "declarations")
        for path in paths:
            if not path.is_dir():
                yield path, shown_path(path, path.parent, roots)
            else:
                others = OtherFiles(kind_of_declaration)
                everything = discover_sources(path, "", options, others=others)
                declaring = [file.path for file in everything if file.language == "json"]
                for file in [*declaring, *(place for _, place, _ in others.found)]:
                    yield file, shown_path(file, path, roots)


def expand_source(source: str | Path, what: str) -> list[Path]:
    """Return the existing files and folders a path or pattern means; raises UsageError when there is none."""
    if Path(source).exists():
        return [Path(source)]
    found = sorted(Path(match) for match in glob.glob(str(source), recursive=True))
    if not found:
        raise UsageError(f"No {what} at {source}. Name a file, a folder or a pattern that exists.")
    return found


def shown_path(path: Path, base: Path, roots: Sequence[CodeRoot]) -> str:
    """Return a path as it is shown: relative to the code root it lies in, else to what the user named."""
    resolved = path.resolve()
    for root in roots:
        if resolved.is_relative_to(root.path):
            return printable_path(root.prefix + resolved.relative_to(root.path).as_posix())
    if resolved.is_relative_to(base.resolve()):
        return printable_path(resolved.relative_to(base.resolve()).as_posix())
    # A link that leads elsewhere is known by its own place.
    return printable_path(Path(os.path.relpath(path, base)).as_posix())
