"""Unpacking an exported home into this one: beside its place first, checked whole, then part by part by renaming.

The form of the archive is home_archive.py's. The records of what is up to date go first and come last: a killed import
leaves a home whose next run builds everything again.
"""

import shutil
import zipfile
from pathlib import Path

from docs_site.engine.published import STAMP_NAME, replace_site
from orchestration.defs.home import Home
from orchestration.defs.home_archive import HOME_PARTS, PUBLISHED_PARTS, Manifest, read_manifest, unpack
from orchestration.domain.errors import UsageError
from orchestration.whole_files import remove_own_folder

# Where the unpacked parts wait, and then what they replaced.
_ASIDE = ".import"
_AMPLE = 1.1


def import_home(home: Home, file: Path, is_forced: bool) -> Manifest:
    """Take over an archive; raise UsageError, and change nothing, when it is none or the home may not be replaced."""
    with _opened(file) as archive:
        manifest = read_manifest(archive, str(file))
        _require_replaceable(home, manifest, is_forced)
        aside = home.path / _ASIDE
        remove_own_folder(aside, lambda _: True)
        (aside / "new").mkdir(parents=True)
        free = shutil.disk_usage(aside).free
        if manifest.byte_count * _AMPLE > free:
            raise UsageError(f"{file}: needs {manifest.byte_count:,} bytes, {free:,} are free; make room first")
        try:
            unpack(archive, manifest, aside / "new", str(file))
            _put_in_place(home, manifest, aside)
        finally:
            remove_own_folder(aside, lambda _: True)
    return manifest


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        if not file.is_file():
            raise UsageError(f"{file}: no such file; `sightline home export` writes one")
        return zipfile.ZipFile(file)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); check its permissions") from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UsageError(f"{file}: is not what `sightline home export` wrote, or is damaged") from None


def _require_replaceable(home: Home, manifest: Manifest, is_forced: bool) -> None:
    """Raise UsageError for a home that read logs of its own, unless forced: nothing may bring back what it holds."""
    if home.lake.exists() and not is_forced:
        raise UsageError(
            f"{home.path}: has read logs of its own, which an import would replace; name another --home, or add --force"
        )
    if manifest.kind == "home" and "lake" not in manifest.parts:
        raise UsageError(f"{home.path}: the file holds a home without a lake; export it again")
    if "site" in manifest.parts and f"site/{STAMP_NAME}" not in manifest.files:
        raise UsageError(f"{home.path}: the file holds a site that Sightline did not publish; export it again")


def _put_in_place(home: Home, manifest: Manifest, aside: Path) -> None:
    parts = HOME_PARTS if manifest.kind == "home" else PUBLISHED_PARTS
    (aside / "old").mkdir()
    if manifest.kind == "home" and home.records.exists():
        home.records.rename(aside / "old" / "records")
    for part in sorted(parts, key=lambda part: part == "records"):
        new, place = aside / "new" / part, home.path / part
        if part == "site" and new.exists():
            replace_site(new, place)
        elif part == "exports" and new.exists():
            _add(new, place)
        elif part not in PUBLISHED_PARTS and (new.exists() or place.exists()):
            _exchange(new, place, aside / "old" / part)


def _exchange(new: Path, place: Path, old: Path) -> None:
    if place.exists():
        place.rename(old)
    if new.exists():
        new.rename(place)


def _add(new: Path, place: Path) -> None:
    """Put files beside those that are there; people keep their own among exports."""
    for path in sorted(path for path in new.rglob("*") if path.is_file()):
        target = place / path.relative_to(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
