"""What earlier sites said: a few figures and the findings of each publication, kept beside the site.

A snapshot is a small JSON file named by the window it speaks of. The overview compares with the newest that differs.
Losing them loses only that comparison: nothing else is made from them.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from orchestration.whole_files import write_whole

# A year of daily runs, and more than anybody scrolls through.
KEPT = 400


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures of one publication by name, the headlines of its findings, the ids of what it warns of.

    `checks` names what failed: a check, or a check and the thing it failed for (docs_site/queries/health.py).
    `timings` is the declared timing of every beat, by its name; `build` the newest build of its sessions.
    """

    published_at: str
    figures: Mapping[str, float | None]
    findings: Sequence[str]
    recommendations: Sequence[str] = field(default=())
    checks: Sequence[str] = field(default=())
    timings: Mapping[str, str | None] = field(default_factory=dict)
    build: str | None = None

    def says_the_same_as(self, other: "Snapshot") -> bool:
        """Tell whether two publications show the same."""
        return (
            dict(self.figures) == dict(other.figures)
            and list(self.findings) == list(other.findings)
            and list(self.recommendations) == list(other.recommendations)
            and list(self.checks) == list(other.checks)
            and not any(timing_changes(self, other))
        )


@dataclass(frozen=True, slots=True)
class TimingChange:
    """A beat whose declared timing is another one than a publication before said, with the newest build of both."""

    beat: str
    before: str | None
    now: str | None
    published_before: str
    published_at: str
    build_before: str | None
    build: str | None


def timing_changes(before: Snapshot, now: Snapshot) -> Iterator[TimingChange]:
    """Yield the beats both declare with another timing; snapshots of older versions declare none."""
    for beat in sorted(before.timings.keys() & now.timings.keys()):
        old, new = before.timings[beat], now.timings[beat]
        if old != new:
            yield TimingChange(beat, old, new, before.published_at, now.published_at, before.build, now.build)


def all_timing_changes(snapshots: Sequence[Snapshot]) -> list[TimingChange]:
    """Return every change of a declared timing from one publication to the next, newest first."""
    declaring = [snapshot for snapshot in snapshots if snapshot.timings]
    return [change for before, now in list(pairwise(declaring))[::-1] for change in timing_changes(before, now)]


def load_snapshots(folder: Path) -> list[Snapshot]:
    """Return the snapshots, oldest first; a file that is none is passed over."""
    found = (_read(path) for path in sorted(folder.glob("*.json")))
    return [snapshot for snapshot in found if snapshot is not None]


def last_other(snapshots: Sequence[Snapshot], now: Snapshot) -> Snapshot | None:
    """Return the newest snapshot that says something else than `now`."""
    return next((snapshot for snapshot in reversed(snapshots) if not snapshot.says_the_same_as(now)), None)


def keep_snapshot(folder: Path, snapshot: Snapshot) -> None:
    """Keep a snapshot, unless it says what the newest says; forget the oldest beyond the kept ones."""
    before = load_snapshots(folder)
    if before and before[-1].says_the_same_as(snapshot) and (before[-1].timings or not snapshot.timings):
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(character for character in snapshot.published_at if character.isalnum())
    write_whole(folder / f"{name}.json", _to_json(snapshot))
    # A file that is no snapshot was not written here, and stays.
    ours = [path for path in sorted(folder.glob("*.json")) if _read(path) is not None]
    for old in ours[:-KEPT]:
        old.unlink()


def keep_what_is_still_said(folder: Path, now: Snapshot, builds: Collection[str]) -> None:
    """Leave in the snapshots their figures, and of their words those that are said now too: logs were forgotten."""
    for path in sorted(folder.glob("*.json")):
        before = _read(path)
        if before is None:
            continue
        kept = replace(
            before,
            findings=[text for text in before.findings if text in now.findings],
            checks=[name for name in before.checks if name in now.checks],
            timings={beat: timing for beat, timing in before.timings.items() if beat in now.timings},
            build=before.build if before.build in builds else None,
        )
        if kept != before:
            write_whole(path, _to_json(kept))


def _to_json(snapshot: Snapshot) -> bytes:
    return json.dumps(asdict(snapshot), sort_keys=True).encode()


def _read(path: Path) -> Snapshot | None:
    try:
        return Snapshot(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
