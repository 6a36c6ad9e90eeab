"""The tree of where time goes reaches the page whole: nothing is lost in sums, columns or sectors."""

from pathlib import Path
from typing import Any

import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.figures.sunburst import sunburst_figure
from docs_site.pages import flame_payload as payloads
from docs_site.pages import performance
from docs_site.pages.flame import load_flame_section
from docs_site.queries import flame as queries
from docs_site.queries.handler_periods import MOST_PERIODS, choose_step, load_handler_periods
from tests.flame_warehouse import NEW_BUILD, OLD_BUILD, SESSIONS_PER_BUILD, write_flame_home
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home

NAMES = ("Order", "<b>Pay</b>", "Send")
PAGE = "performance.html"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return write_flame_home(tmp_path_factory.mktemp("flame"), NAMES)


def payload_of(home: Home, session_ids: frozenset[str] = frozenset()) -> dict[str, Any]:
    return payloads.flame_payload(queries.load_flame(home.warehouse), PAGE, session_ids)


def summed(payload: dict[str, Any], column: str) -> int:
    return sum(sum(part[column]) for part in payload["slices"])


def test_parents_stand_before_their_parts_and_every_place_has_one(home: Home) -> None:
    parents = payload_of(home)["nodes"]["parent"]
    assert parents[0] == -1
    assert all(0 <= parent < place for place, parent in enumerate(parents) if place)


def test_times_are_whole_microseconds_and_add_up_to_the_warehouse(home: Home) -> None:
    payload = payload_of(home)
    rows = queries.load_flame(home.warehouse).cells
    assert summed(payload, "self") == sum(row["self_us"] for row in rows) > 0
    assert summed(payload, "self") == sum(part["total"][0] for part in payload["slices"])


def test_sessions_stand_oldest_first_with_their_build(home: Home) -> None:
    builds = [part["build"] for part in payload_of(home)["slices"]]
    assert builds == [OLD_BUILD] * SESSIONS_PER_BUILD + [NEW_BUILD] * SESSIONS_PER_BUILD


def test_older_sessions_become_one_sum_per_build(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = payload_of(home)
    monkeypatch.setattr(queries, "MOST_SESSIONS", 4)
    cut = payload_of(home)
    assert [part["count"] for part in cut["slices"]] == [6, 2, 1, 1, 1, 1]
    assert summed(cut, "total") == summed(whole, "total")
    assert summed(cut, "n") == summed(whole, "n")


def test_exemplars_lead_only_to_sessions_that_have_pages(home: Home) -> None:
    def addresses(session_ids: frozenset[str]) -> set[str]:
        found = payload_of(home, session_ids)["subjects"]
        return {address for _, exemplars in found for exemplar in exemplars for address in exemplar[3:]}

    assert addresses(frozenset()) == {""}
    assert addresses(frozenset({"session0"})) == {"timeline/session0.html#flow=flow0", "lines/session0.html#L7"}


def test_the_sunburst_leaves_no_gap_in_its_rings(home: Home) -> None:
    figure = sunburst_figure(queries.load_flame(home.warehouse))
    assert figure is not None
    trace = figure.traces[0]
    sizes = dict(zip(trace["ids"], trace["values"], strict=True))
    for key, size in sizes.items():
        parts = [sizes[child] for child, parent in zip(trace["ids"], trace["parents"], strict=True) if parent == key]
        assert not parts or sum(parts) == size
    assert "&lt;b&gt;Pay&lt;/b&gt;" in trace["labels"]


def test_without_a_timed_flow_the_section_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    section = load_flame_section(home.warehouse, PAGE, SiteOptions())
    assert not section.has_frames
    assert not section.files
    body = next(iter(performance.build_pages(home.warehouse, home.lake, SiteOptions()))).body
    assert "no tree of where time goes" in body


def test_periods_grow_with_the_window() -> None:
    minute, hour, day = 60, 3600, 86_400
    windows = (0, 30 * minute, 80 * minute, 10 * hour, 30 * day, 900 * day, 50 * 365 * day)
    found = [choose_step(seconds).words for seconds in windows]
    assert found == ["1 minute", "1 minute", "5 minutes", "30 minutes", "1 day", "1 month", "1 year"]
    assert all(seconds / choose_step(seconds).seconds < MOST_PERIODS for seconds in windows[:-1])


def test_logs_without_a_clock_have_no_periods(tmp_path: Path) -> None:
    assert load_handler_periods(empty_home(tmp_path).warehouse) is None
