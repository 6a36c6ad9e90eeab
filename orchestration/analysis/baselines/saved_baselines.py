"""The baselines of a home folder: a file each, named as the baseline is, written whole or not at all."""

from pathlib import Path

from orchestration.analysis.baselines.baseline_model import Baseline, read_baseline, require_name, write_baseline
from orchestration.domain.errors import UsageError
from orchestration.given_files import MEBIBYTE, read_given
from orchestration.whole_files import write_whole


def place_of(home: Path, name: str) -> Path:
    """Return where a baseline is kept; raise UsageError for a name that no file may have."""
    return home / "baselines" / f"{require_name(name)}.json"


def free_place_of(home: Path, name: str, *, is_forced: bool) -> Path:
    """Return where a new baseline goes; raise UsageError where one of its name is, unless that may be replaced."""
    path = place_of(home, name)
    if path.exists() and not is_forced:
        raise UsageError(f"{name}: a baseline of this name is saved already; replace it with --force")
    return path


def saved_place_of(home: Path, name: str) -> Path:
    """Return the file of a saved baseline; raise UsageError when there is none of that name."""
    path = place_of(home, name)
    if not path.is_file():
        known = ", ".join(file.stem for file in saved_files(home)) or "none yet"
        raise UsageError(
            f"{name}: no baseline of this name is saved in {path.parent} (saved: {known}); "
            "save one with `sightline baseline save`"
        )
    return path


def saved_files(home: Path) -> list[Path]:
    """Return the files of all saved baselines, by name."""
    return sorted((home / "baselines").glob("*.json"))


def load_file(path: Path) -> Baseline:
    """Return the baseline in a file; raise UsageError when it cannot be read or is none."""
    try:
        content = read_given(path, 64 * MEBIBYTE)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a file that holds a baseline") from None
    return read_baseline(content, str(path))


def keep_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline; raise UsageError where nothing can be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write_baseline(baseline))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another home with --home") from None
