"""Timeline pages hold the session's spans as data, and say what they are made of."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.page import Page
from docs_site.pages import timeline
from docs_site.pages.timeline_finding import finding_of
from docs_site.pages.timeline_sessions import list_sessions, sessions_with_pages
from docs_site.pages.timeline_side_file import Strings, side_script
from docs_site.pages.timeline_typical import Typical, TypicalTimes
from docs_site.site_options import SiteOptions
from orchestration.analysis.trace_load import load_traces
from tests.timeline_warehouse import CLOCKED, CLOCKLESS, Sample, write_sample

HOSTILE = ("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "javascript:alert(3)", "__proto__")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("timeline"), HOSTILE)


@pytest.fixture(scope="module")
def pages(sample: Sample) -> dict[str, Page]:
    return {page.path: page for page in timeline.build_pages(sample.warehouse, sample.lake, SiteOptions())}


def read_side_script(content: bytes) -> tuple[str, Any]:
    found = re.fullmatch(
        rb'\(self\.sightlineData=self\.sightlineData\|\|\{\}\)\[(".*?")\]="([A-Za-z0-9+/=]*)";\n', content
    )
    assert found, content[:200]
    return json.loads(found[1]), json.loads(gzip.decompress(base64.b64decode(found[2])))


def _payload(page: Page) -> dict[str, Any]:
    [file] = page.files
    key, payload = read_side_script(file.content)
    assert f'data-key="{key}"' in page.body
    return dict(payload)


def _lane(payload: dict[str, Any], kind: str) -> dict[str, Any]:
    return dict(next(lane for lane in payload["lanes"] if lane["kind"] == kind))


def test_there_is_a_page_for_every_session_and_one_to_choose(pages: dict[str, Page]) -> None:
    assert set(pages) == {"timeline.html", f"timeline/{CLOCKED}.html", f"timeline/{CLOCKLESS}.html"}
    assert f"timeline/{CLOCKED}.html" in pages["timeline.html"].body


def test_every_span_of_the_session_is_in_the_data(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    counts = {lane["kind"]: len(lane["start"]) for lane in payload["lanes"]}
    extra = len(HOSTILE)
    assert counts == {
        "flow": 3 + extra, "movement": 2 + extra, "beat": 3 + extra, "handler": 2 + extra, "queue_wait": 2 + extra,
        "gap": 1, "topic": 1, "error": 2 + extra,
    }  # fmt: skip


def test_flows_can_be_found_by_their_id(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    place = payload["flowIds"].index("f2")
    flows = _lane(payload, "flow")
    assert payload["strings"][flows["status"][place]] == "incomplete"
    assert flows["line"][place] == 40


def test_a_typical_duration_carries_its_n_and_no_percentile_is_invented(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    flows = _lane(payload, "flow")
    assert payload["typical"][flows["typical"][0]] == [3, 70, None]


def test_the_typical_flow_is_made_of_median_beats(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    [ghost] = [ghost for ghost in payload["ghosts"] if payload["strings"][ghost["sequence"]] == "Paint"]
    assert ghost["n"] == 3
    assert [payload["strings"][beat[1]] for beat in ghost["beats"]] == ["Beat 1"]
    assert ghost["beats"][0][2:4] == [3, 40]


def test_what_is_no_news_is_not_marked(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    names = {payload["strings"][name] for name in _lane(payload, "error")["name"]}
    assert "missing beat" in names
    assert "shared topic" not in names


def test_a_log_without_a_clock_says_so(pages: dict[str, Page]) -> None:
    assert "no time stamps" in pages[f"timeline/{CLOCKLESS}.html"].body
    assert "no time stamps" not in pages[f"timeline/{CLOCKED}.html"].body
    assert _payload(pages[f"timeline/{CLOCKLESS}.html"])["session"]["origin"] is None


def test_hostile_text_is_in_the_data_only(pages: dict[str, Page]) -> None:
    page = pages[f"timeline/{CLOCKED}.html"]
    assert all(text in _payload(page)["strings"] for text in HOSTILE)
    assert not [text for text in HOSTILE if text in page.body]


def test_the_same_warehouse_gives_the_same_pages(sample: Sample, pages: dict[str, Page]) -> None:
    again = {page.path: page for page in timeline.build_pages(sample.warehouse, sample.lake, SiteOptions())}
    assert again == pages


def test_beyond_the_limit_the_sessions_with_findings_keep_their_pages(sample: Sample) -> None:
    pages = list(timeline.build_pages(sample.warehouse, sample.lake, SiteOptions(session_limit=1)))
    assert [page.path for page in pages] == ["timeline.html", f"timeline/{CLOCKED}.html"]
    assert "no page: older than the newest 1 and without findings" in pages[0].body
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        assert sessions_with_pages(connection, 1) == {CLOCKED}
        assert [session.has_pages for session in list_sessions(connection, 5)] == [True, True]


def test_a_side_file_cannot_end_its_script_and_survives_broken_text() -> None:
    key, value = read_side_script(side_script("</script>\u2028", {"text": "\ud800</script>"}))
    assert key == "</script>\u2028"
    assert value == {"text": "\ufffd</script>"}
    assert b"</script>" not in side_script("</script>", ["</script>"])


def test_strings_are_stored_once() -> None:
    strings = Strings()
    assert [strings.number(text) for text in ("a", "b", "a", None, "")] == [1, 2, 1, 0, 0]
    assert strings.texts == ["", "a", "b"]


def test_an_empty_warehouse_gives_a_page_with_words(tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    with duckdb.connect(str(sample.warehouse)) as connection:
        connection.execute("delete from marts.dim_sessions")
    [page] = timeline.build_pages(sample.warehouse, sample.lake, SiteOptions())
    assert "No session has been ingested yet." in page.body


def test_other_sessions_are_listed_by_the_sequences_they_played(pages: dict[str, Page]) -> None:
    [file] = pages["timeline.html"].files
    key, played = read_side_script(file.content)
    assert (key, file.path) == ("timeline:sequences", "timeline/data/sequences.js")
    assert [session[0] for session in played["sessions"]] == [CLOCKED, CLOCKLESS]
    # The flow that never started has nothing to compare.
    assert ["Paint", [[0, 2], [1, 2]]] in played["sequences"]
    assert f'data-sequences="{file.path.removeprefix("timeline/")}"' in pages[f"timeline/{CLOCKED}.html"].body


def test_the_heading_above_the_drawing_says_the_finding(pages: dict[str, Page]) -> None:
    extra = len(HOSTILE)
    said = pages[f"timeline/{CLOCKED}.html"].body
    assert f"Of {3 + extra} flows {extra} failed&#44; 1 did not end&#44; 1 never started" in said
    assert "Paint takes 100&#37; of the time of 2 flows" in pages[f"timeline/{CLOCKLESS}.html"].body


def test_a_flow_far_beyond_its_usual_time_is_the_finding(sample: Sample) -> None:
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        [trace] = load_traces(connection, sample.lake, [CLOCKLESS])
    usual = {"Paint": Typical(40, 10.0, 60.0)}
    assert finding_of(trace, TypicalTimes(usual)) == ("Paint on line 5 took 70.0 ms, its median is 10.0 ms (n = 40)")
    few = {"Paint": Typical(19, 10.0, 60.0)}
    assert finding_of(trace, TypicalTimes(few)) == "Paint takes 100% of the time of 2 flows"


def test_the_page_says_the_command_that_exports_it(pages: dict[str, Page]) -> None:
    assert f"sightline export trace --session {CLOCKED}" in pages[f"timeline/{CLOCKED}.html"].body
