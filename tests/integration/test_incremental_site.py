"""A site built from what changed is the one built from nothing, byte for byte; what stays the same is the same file."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from docs_site.engine import build
from docs_site.engine.build import SiteBuildError
from docs_site.engine.site_options import SiteOptions, SiteReport
from docs_site.publish import publish_site
from orchestration.domain.identifiers import stable_id
from tests.corpus import REPOSITORY
from tests.unit.docs_site.synthetic_warehouse import Home, write_home

NAMES = ("Open the shop", "Take an order", "<b>Bake</b>", "Close")
OPTIONS = SiteOptions(project_name="Bakery")


def _publish(home: Home, site: Path) -> SiteReport:
    return publish_site(home.warehouse, home.lake, home.quality, site, OPTIONS)


def _files(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def _places(site: Path) -> dict[str, tuple[int, int]]:
    found = {path.relative_to(site).as_posix(): path.stat() for path in site.rglob("*") if path.is_file()}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Home, Path]:
    """Return the same application seen in three sessions and in four, and the site of the three."""
    folder = tmp_path_factory.mktemp("grown")
    before, after = write_home(folder / "three", NAMES), write_home(folder / "four", NAMES, sessions=4)
    _publish(before, folder / "site")
    return before, after, folder / "site"


def test_a_site_with_a_session_more_equals_one_built_from_nothing(
    grown: tuple[Home, Home, Path], tmp_path: Path
) -> None:
    before, after, _ = grown
    site = tmp_path / "site"
    first = _publish(before, site)
    kept = _places(site)
    report = _publish(after, site)
    whole = _publish(after, tmp_path / "whole")
    assert _files(site) == _files(tmp_path / "whole")
    assert report.is_rebuilt
    assert 0 < report.built_count < whole.built_count == whole.page_count - 1
    assert report.page_count > first.page_count
    # The pages of a session nothing happened to are the same files with the same times, so that caches keep them.
    old, new = (f"sessions/{stable_id('session', number)}.html" for number in (0, 3))
    now = _places(site)
    assert now[old] == kept[old]
    assert new not in kept
    assert now["assets/plotly.min.js"] == kept["assets/plotly.min.js"]
    assert now["help/numbers.html"] == kept["help/numbers.html"]
    assert now["index.html"] != kept["index.html"]


# Another hour, day and zone, and another order of everything that has none.
_ANOTHER_TIME = """
import datetime, sys, time
from pathlib import Path

# What is written in C must know the real class before it is replaced.
import duckdb, numpy, pandas, plotly, pyarrow

SHIFT = 29 * 3600
Real = datetime.datetime
class Kind(type):
    def __instancecheck__(cls, value):
        return isinstance(value, Real)
class Later(Real, metaclass=Kind):
    __slots__ = ()

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
real = time.time
time.time = lambda: real() + SHIFT
datetime.datetime = Later

from docs_site.publish import publish_site
from docs_site.engine.site_options import SiteOptions

*places, name = sys.argv[1:]
publish_site(*map(Path, places), SiteOptions(project_name=name))
"""


def test_the_same_lake_gives_the_same_site_at_another_hour_in_another_process(
    grown: tuple[Home, Home, Path], tmp_path: Path
) -> None:
    before, _, site = grown
    other = tmp_path / "elsewhere" / "other"
    places = (before.warehouse, before.lake, before.quality, other)
    later = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "4711", "SOURCE_DATE_EPOCH": str(int(time.time()) + 29 * 3600)}
    command = [sys.executable, "-c", _ANOTHER_TIME, *map(str, places), OPTIONS.project_name]
    subprocess.run(command, check=True, env=os.environ | later, cwd=REPOSITORY)
    assert _files(other) == _files(site)


def test_the_search_finds_pages_that_were_kept_and_pages_that_are_new(
    grown: tuple[Home, Home, Path], tmp_path: Path
) -> None:
    before, after, _ = grown
    site = tmp_path / "site"
    _publish(before, site)
    _publish(after, site)
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    pages = {name for name in _files(site) if name.endswith(".html")} - {"404.html"}
    # Timelines and lines are found through their session (docs_site/engine/search_index.py).
    assert found == {name for name in pages if not name.startswith(("timeline/", "lines/"))}


def test_what_is_gone_is_gone_from_the_site_and_from_the_memory(grown: tuple[Home, Home, Path], tmp_path: Path) -> None:
    before, after, _ = grown
    site = tmp_path / "site"
    _publish(after, site)
    _publish(before, site)
    _publish(before, tmp_path / "whole")
    assert _files(site) == _files(tmp_path / "whole")
    objects = [path for path in (tmp_path / ".site-cache" / "objects").rglob("*") if path.is_file()]
    whole = [path for path in (tmp_path / ".whole-cache" / "objects").rglob("*") if path.is_file()]
    assert {path.name for path in objects} == {path.name for path in whole}


def test_an_edited_file_is_made_anew_and_a_lost_memory_changes_nothing(
    grown: tuple[Home, Home, Path], tmp_path: Path
) -> None:
    before, after, _ = grown
    site = tmp_path / "site"
    _publish(before, site)
    page = site / f"sessions/{stable_id('session', 0)}.html"
    page.write_bytes(b"edited in its place")
    _publish(after, site)
    _publish(after, tmp_path / "whole")
    assert _files(site) == _files(tmp_path / "whole")
    shutil.rmtree(tmp_path / ".site-cache")
    assert not _publish(after, site).is_rebuilt
    assert _files(site) == _files(tmp_path / "whole")


def test_a_failed_incremental_build_leaves_site_and_memory(
    grown: tuple[Home, Home, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after, _ = grown
    site = tmp_path / "site"
    _publish(before, site)
    kept = _files(site)

    def fail(configuration: Path) -> None:
        raise SiteBuildError(f"cannot build {configuration.name}")

    with monkeypatch.context() as patch:
        patch.setattr(build, "run_mkdocs", fail)
        with pytest.raises(SiteBuildError):
            _publish(after, site)
    assert _files(site) == kept
    report = _publish(after, site)
    _publish(after, tmp_path / "whole")
    assert _files(site) == _files(tmp_path / "whole")
    assert report.built_count < report.page_count - 1


def test_without_a_change_mkdocs_does_not_run(grown: tuple[Home, Home, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    before, _, site = grown
    places = _places(site)

    def fail(configuration: Path) -> None:
        raise SiteBuildError(f"asked to build {configuration.name}")

    monkeypatch.setattr(build, "run_mkdocs", fail)
    report = _publish(before, site)
    assert (report.is_rebuilt, report.built_count) == (False, 0)
    assert _places(site) == places
