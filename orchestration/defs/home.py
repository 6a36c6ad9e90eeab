"""The home folder: where everything Sightline keeps has its place, and who may write there now.

Paths only, no content; what is in a file is written by the room that makes it. Whether a folder may be a home at all
is home_claim.py's.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.defs.home_claim import claim, examine
from orchestration.whole_files import held


def _say_nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Home:
    """The state folder and the places in it."""

    path: Path
    # Whether others than the owner may read it: the setting `shared_home`.
    is_shared: bool = False

    @property
    def lake(self) -> Path:
        """Tables as Parquet: the raw ones, and those that Python computes of the build."""
        return self.path / "lake"

    @property
    def raw(self) -> Path:
        """The raw tables: what a build is made from."""
        return self.lake / "raw"

    @property
    def measured(self) -> Path:
        """The measured tables: what Python computes of the build while it is made."""
        return self.lake / "measured"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt alone writes."""
        return self.path / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The public tables as of the last build that did not fail: what site, exports and commands read."""
        return self.path / "published.duckdb"

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

    def claim(self) -> None:
        """Make the folder a home if it may become one; raise UsageError when it may not, or cannot be written."""
        claim(self.path, self.is_shared)

    def examine(self) -> None:
        """Raise UsageError when the folder is no home and may not become one; write nothing."""
        examine(self.path)

    @contextmanager
    def private(self) -> Iterator[None]:
        """Let what is written meanwhile, by this process and those it starts, be its owner's alone, unless shared."""
        before = os.umask(0o077)
        if self.is_shared:
            os.umask(before)
        try:
            yield
        finally:
            os.umask(before)

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
        self.claim()
        with held(self.path / name, wait), self.private():
            yield
