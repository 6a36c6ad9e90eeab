"""A machine of logs that are written, rotated, cut, packed, renamed, copied and deleted, and of runs between.

It knows every line ever written and every line that lay on disk when a run began: those must be in the lake, once.
"""

import gzip
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.log_ingest import ledger
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions

_STAMP = "2026-03-01T{:02d}:{:02d}:{:02d}.000Z"


class Killed(BaseException):
    """Stands for a process that is gone."""


@dataclass
class Machine:
    """Random steps over a few logs of one folder, and one folder out of sight."""

    folder: Path
    random: random.Random
    resume_byte_count: int = 0
    number: int = 0
    seen: set[int] = field(default_factory=set)
    trace: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the folders."""
        self.logs, self.old = self.folder / "logs", self.folder / "old"
        self.logs.mkdir(parents=True)
        self.old.mkdir()

    def step(self) -> None:
        """Do one random step."""
        steps = (
            (self.write, 10),
            (self.rotate_create, 3),
            (self.rotate_olddir, 2),
            (self.rotate_copytruncate, 2),
            (self.truncate, 2),
            (self.pack, 2),
            (self.rename, 2),
            (self.copy, 2),
            (self.delete, 1),
            (self.return_from_old, 1),
            (self.run, 6),
            (self.killed_run, 2),
        )
        chosen = self.random.choices([step for step, _ in steps], [weight for _, weight in steps])[0]
        self.trace.append(chosen.__name__)
        chosen()

    def write(self) -> None:
        """Append lines to one of two logs."""
        path = self.logs / f"{self.random.choice('ab')}.log"
        with path.open("a", encoding="utf-8") as file:
            for _ in range(self.random.randint(1, 6)):
                self.number += 1
                second = self.number
                stamp = _STAMP.format(second // 3600 % 24, second // 60 % 60, second % 60)
                file.write(
                    f"EventBus.ts:70 {stamp} ⏱️ PerformanceTracker: Started timing beat {self.number} for Sequence 1\n"
                )

    def rotate_create(self) -> None:
        """Move a.log to a.log.1, a.log.1 to a.log.2 ..., and start a new a.log at the next write."""
        self._shift(self._live(), self.logs)

    def rotate_olddir(self) -> None:
        """Move a log out of sight."""
        if path := self._any():
            path.rename(self._free(self.old, path.name))

    def rotate_copytruncate(self) -> None:
        """Copy a log beside itself and empty it."""
        live = self._live()
        if live.exists():
            copy = self._free(self.logs, live.name)
            shutil.copy2(live, copy)
            live.write_bytes(b"")

    def truncate(self) -> None:
        """Empty a log."""
        if self._live().exists():
            self._live().write_bytes(b"")

    def pack(self) -> None:
        """Compress a log that is no longer written to, as logrotate does."""
        plain = [path for path in self._files() if path.suffix != ".gz" and path.name not in ("a.log", "b.log")]
        if plain:
            path = self.random.choice(plain)
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            if self.random.random() < 0.8:
                path.unlink()

    def rename(self) -> None:
        """Give a log another name."""
        if path := self._any():
            path.rename(self._free(self.logs, path.name))

    def copy(self) -> None:
        """Copy a log beside itself, with its time or with a new one."""
        if path := self._any():
            self.random.choice((shutil.copy, shutil.copy2))(path, self._free(self.logs, path.name))

    def delete(self) -> None:
        """Delete a log."""
        if path := self._any():
            path.unlink()

    def return_from_old(self) -> None:
        """Bring back what was moved out of sight."""
        if hidden := sorted(self.old.iterdir()):
            path = self.random.choice(hidden)
            path.rename(self._free(self.logs, path.name))

    def run(self) -> None:
        """Ingest, and compare with every line that ever lay there at a run."""
        files = self._files()
        if not files:
            return
        for path in files:
            text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            self.seen |= {int(line.split(b"beat ")[1].split(b" ")[0]) for line in text.splitlines()}
        self._ingest()
        assert self.lost() == []
        assert self.doubled() == []

    def killed_run(self) -> None:
        """Begin to ingest, and be gone at some write."""
        if not self._files():
            return
        left = self.random.randint(0, 8)

        def counted(call: Callable[..., Any]) -> Callable[..., Any]:
            def called(*arguments: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed
                return call(*arguments)

            return called

        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            for name in ("write_entry", "write_parquet"):
                patch.setattr(ledger, name, counted(getattr(ledger, name)))
            patch.setattr(ledger.os, "replace", counted(os.replace))
            self._ingest()

    def _ingest(self) -> None:
        options = IngestOptions(workers=1, settle_seconds=0, resume_byte_count=self.resume_byte_count)
        ingest_logs([self.logs], self.folder / "lake", options)

    def lost(self) -> list[int]:
        """Return the lines that lay on disk at a run and are not in the lake."""
        return sorted(self.seen - set(self._beats()))

    def doubled(self) -> list[int]:
        """Return the lines that are in the lake more than once."""
        return sorted(beat for beat, count in Counter(self._beats()).items() if count > 1)

    def _beats(self) -> list[int]:
        rows = pl.read_parquet(self.folder / "lake/raw/log_records/**/*.parquet", columns=["beat_number"])
        return [int(beat) for beat in rows["beat_number"].to_list()]

    def _files(self) -> list[Path]:
        return sorted(path for path in self.logs.iterdir() if path.stat().st_size)

    def _any(self) -> Path | None:
        files = self._files()
        return self.random.choice(files) if files else None

    def _live(self) -> Path:
        return self.logs / f"{self.random.choice('ab')}.log"

    def _free(self, folder: Path, name: str) -> Path:
        """Return a name not in use yet, which a folder of logs takes for a log's."""
        stem, _, rest = name.partition(".log")
        ending = ".gz" if rest.endswith(".gz") else ""
        used = {path.name for path in (*self.logs.iterdir(), *self.old.iterdir())}
        number = next(n for n in range(1, 1000) if not {f"{stem}.log.{n}", f"{stem}.log.{n}.gz"} & used)
        return folder / f"{stem}.log.{number}{ending}"

    def _shift(self, live: Path, folder: Path) -> None:
        if not live.exists():
            return
        numbered = [path for path in folder.glob(f"{live.name}.*") if path.name.split(".")[2].isdigit()]
        for path in sorted(numbered, key=lambda path: -int(path.name.split(".")[2])):
            parts = path.name.split(".")
            parts[2] = str(int(parts[2]) + 1)
            path.rename(path.with_name(".".join(parts)))
        live.rename(folder / f"{live.name}.1")
