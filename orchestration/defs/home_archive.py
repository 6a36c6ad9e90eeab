"""A home, or the part of it that people read, as one file: packed here, and unpacked where it is trusted to be ours.

A ZIP file with a manifest: the format's version, what it is of, and for every file its size and hash. What a machine
keeps for itself stays out: Dagster's runs and schedules, what dbt compiled, caches, locks. Whether and where a home may
be unpacked is home_import.py's.
"""

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO

from orchestration.domain.errors import UsageError
from orchestration.whole_files import written_whole

FORMAT = 1
MANIFEST_NAME = "sightline-home-export.json"
PUBLISHED_PARTS = ("site", "exports")
HOME_FILES = ("warehouse.duckdb", "published.duckdb", "redaction.key")
# The key goes with a whole home: without it the next run would read all logs anew, and mark their secrets otherwise.
HOME_PARTS = (
    *("lake", "quality", "records", "history", "baselines"),
    *HOME_FILES,
    *PUBLISHED_PARTS,
)
# True of this machine only: views in the warehouse name the lake by its path, so the next run has to make them anew.
_LEFT_OUT = frozenset(
    {"records/exports.json", "records/exports.jsonl", "records/manifest.json", "records/warehouse.json"}
)
_CHUNK_BYTES = 1 << 20
# Pages pack to a tenth, tables to a half. Whoever asks for more wants to fill the disk.
_MOST_RATIO = 100
_FREE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself: by path the size and the SHA-256 of every file."""

    kind: str
    sightline_version: str
    files: Mapping[str, tuple[int, str]]

    @property
    def byte_count(self) -> int:
        """Return the bytes of all files."""
        return sum(size for size, _ in self.files.values())

    @property
    def parts(self) -> frozenset[str]:
        """Return the places in a home that it fills."""
        return frozenset(PurePosixPath(path).parts[0] for path in self.files)


def pack_home(home: Path, out: Path, is_published_only: bool) -> Manifest:
    """Write the archive, whole or not at all; what is no regular file is left out. For holders of the home's locks."""
    files: dict[str, tuple[int, str]] = {}
    parts = PUBLISHED_PARTS if is_published_only else HOME_PARTS
    with written_whole(out) as unfinished:
        if not is_published_only:
            # It holds the key of the marks.
            unfinished.chmod(0o600)
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, path in _files_of(home, parts):
                files[name] = _pack(archive, name, path)
            manifest = Manifest("published" if is_published_only else "home", version("sightline"), files)
            archive.writestr(MANIFEST_NAME, _to_json(manifest))
    return manifest


def may_be_replaced(out: Path) -> bool:
    """Tell whether nothing of anybody's lies there: no file, an empty one, or an earlier archive of ours."""
    if not out.is_symlink() and not out.exists():
        return True
    if not out.is_file():
        return False
    try:
        with zipfile.ZipFile(out) as archive:
            return MANIFEST_NAME in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return out.stat().st_size == 0


def read_manifest(archive: zipfile.ZipFile, shown: str) -> Manifest:
    """Return what an archive says of itself, checked against what it holds; raise UsageError for any other file."""
    members = {member.filename: member for member in archive.infolist()}
    try:
        said = json.loads(archive.read(MANIFEST_NAME)) if members[MANIFEST_NAME].file_size <= _FREE_BYTES else {}
        if int(said["format"]) > FORMAT:
            raise UsageError(f"{shown}: was written by a newer Sightline (format {said['format']}); update this one")
        files = {str(path): (int(size), str(digest)) for path, (size, digest) in said["files"].items()}
        manifest = Manifest(str(said["kind"]), str(said["sightline"]), files)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, zipfile.BadZipFile):
        raise UsageError(f"{shown}: is not what `sightline home export` wrote, or is damaged") from None
    _require_sound(archive, manifest, members, shown)
    return manifest


def unpack(archive: zipfile.ZipFile, manifest: Manifest, folder: Path, shown: str) -> None:
    """Write all files below a new, empty folder; raise UsageError when one is not what the manifest says."""
    for name, (size, digest) in manifest.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(name) as source, place.open("xb") as target:
                found = _copy(source, target, size)
        except (zipfile.BadZipFile, EOFError, ValueError):
            found = ""
        if found != digest:
            raise UsageError(f"{shown}: {name} is damaged in it; export the home again")


def _files_of(home: Path, parts: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for part in sorted(parts):
        place = home / part
        for path in sorted(place.rglob("*")) if place.is_dir() and not place.is_symlink() else [place]:
            name = path.relative_to(home).as_posix()
            is_whole = not path.is_symlink() and path.is_file() and not path.name.endswith(".tmp")
            if is_whole and name not in _LEFT_OUT and _is_writable_name(name):
                yield name, path


def _is_writable_name(name: str) -> bool:
    """Tell whether a name can be kept in an archive as it is; ours all can."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\\" not in name


def _pack(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[int, str]:
    # Without times: the same home gives the same bytes.
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = (stat.S_IFREG | 0o600) << 16
    size = path.stat().st_size
    member.file_size = size
    with path.open("rb") as source, archive.open(member, "w") as target:
        digest = _copy(source, target, size)
    return size, digest


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> str:
    """Copy exactly `size` bytes; return their hash, and nothing when there are more or fewer."""
    digest, left = hashlib.sha256(), size
    while chunk := source.read(min(_CHUNK_BYTES, left + 1)):
        left -= len(chunk)
        if left < 0:
            return ""
        digest.update(chunk)
        target.write(chunk)
    return "" if left else digest.hexdigest()


def _require_sound(
    archive: zipfile.ZipFile, manifest: Manifest, members: Mapping[str, zipfile.ZipInfo], shown: str
) -> None:
    """Raise UsageError unless all names lead into the places of a home, and the sizes can be true."""
    names = [member.filename for member in archive.infolist() if member.filename != MANIFEST_NAME]
    if len(names) != len(set(names)) or set(names) != set(manifest.files):
        raise UsageError(f"{shown}: does not hold the files it names; export the home again")
    for name, (size, _) in manifest.files.items():
        member = members[name]
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not _is_safe(name) or kind not in (0, stat.S_IFREG) or member.flag_bits & 1 or size < 0:
            raise UsageError(f"{shown}: {name!r} in it is no file of a home; nothing was unpacked")
        if member.file_size != size:
            raise UsageError(f"{shown}: {name} is not as long as it says; export the home again")
    packed = sum(member.compress_size for member in members.values())
    if manifest.byte_count > packed * _MOST_RATIO + _FREE_BYTES:
        raise UsageError(f"{shown}: would unpack to {manifest.byte_count:,} bytes, more than a home can; not unpacked")


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    is_plain = name == path.as_posix() and not path.is_absolute() and not {"..", "."} & set(path.parts)
    if not is_plain or "\\" in name or "\0" in name or path.parts[0] not in HOME_PARTS:
        return False
    return (len(path.parts) == 1) == (path.parts[0] in HOME_FILES)


def _to_json(manifest: Manifest) -> str:
    said = {
        "format": FORMAT,
        "kind": manifest.kind,
        "sightline": manifest.sightline_version,
        "file_count": len(manifest.files),
        "byte_count": manifest.byte_count,
        "files": manifest.files,
    }
    return json.dumps(said, indent=1)
