"""The home folder: where everything Sightline keeps has its place, and who may write there now.

Paths only, no content; what is in a file is written by the room that makes it.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.domain.errors import UsageError


def _say_nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Home:
    """The state folder and the places in it."""

    path: Path

    @property
    def lake(self) -> Path:
        """Raw tables as Parquet."""
        return self.path / "lake"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt alone writes."""
        return self.path / "warehouse.duckdb"

    @property
    def quality(self) -> Path:
        """Results of the checks, for the site."""
        return self.path / "quality"

    @property
    def site(self) -> Path:
        """The published site."""
        return self.path / "site"

    @property
    def history(self) -> Path:
        """What earlier sites said, for comparing."""
        return self.path / "history"

    @property
    def baselines(self) -> Path:
        """Named baselines, a file each: nothing makes them anew once their logs are gone."""
        return self.path / "baselines"

    @property
    def exports(self) -> Path:
        """Files for other tools, written by `sightline export`."""
        return self.path / "exports"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: runs, schedules, sensor cursors."""
        return self.path / "dagster"

    @property
    def dbt_target(self) -> Path:
        """The manifest, and what dbt compiles."""
        return self.path / "dbt"

    @property
    def scratch(self) -> Path:
        """Where `sightline prove` judges broken copies of logs; gone when it ends."""
        return self.path / "prove"

    @property
    def accuracy(self) -> Path:
        """What `sightline prove` measured last."""
        return self.quality / "accuracy.json"

    @property
    def records(self) -> Path:
        """What the last complete steps were made from; removing it makes the next run do everything again."""
        return self.path / "records"

    def ensure_writable(self) -> None:
        """Create the folder; raise UsageError when nothing can be written there."""
        if set("#?") & set(str(self.path.absolute())):
            # dbt and Dagster read the places of their databases as addresses, which end at these signs.
            raise UsageError(f"{self.path}: the home folder's path may hold no # and no ?; choose another with --home")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise UsageError(
                f"{self.path}: the home folder cannot be written ({error.strerror}); choose another with --home"
            ) from None

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the right to write here; waits while another process holds it, which a killed one cannot."""
        return self._held(".lock")

    def preparing(self) -> AbstractContextManager[None]:
        """Hold the right to make or mend DAGSTER_HOME; no step holds it, so nobody waits for one without a word."""
        return self._held(".dagster.lock")

    def running(self, wait: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        """Hold what a run of the command line holds while it lives; `wait` is told when another one does.

        Raise BlockingIOError instead of waiting when there is nobody to tell.
        """
        return self._held(".run.lock", wait)

    @contextmanager
    def _held(self, name: str, wait: Callable[[], None] | None = _say_nothing) -> Iterator[None]:
        self.ensure_writable()
        lock = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if wait is None:
                    raise
                wait()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
