"""Timeline pages hold the session's spans as data, and say what they are made of."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.html.page import DataFile, Page
from docs_site.html.side_file import Strings, side_script
from docs_site.pages import timeline
from docs_site.pages.timeline_finding import finding_of, flows_of
from docs_site.pages.timeline_payload import LONGEST_VALUE
from docs_site.pages.timeline_sessions import list_sessions, sessions_with_pages
from docs_site.pages.timeline_typical import Typical, TypicalTimes
from orchestration.flows.traces import load_traces
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
    assert isinstance(file, DataFile)
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
        "gap": 1, "mount": 5 + extra, "registration": 2, "state": 2 + extra, "topic": 1, "error": 2 + extra,
    }  # fmt: skip


def test_flows_can_be_found_by_their_id(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    place = payload["flowIds"].index("f2")
    flows = _lane(payload, "flow")
    assert payload["strings"][flows["status"][place]] == "incomplete"
    assert flows["line"][place] == 40


def _usual(pages: dict[str, Page]) -> dict[str, Any]:
    [file] = [file for file in pages["timeline.html"].files if "typical" in file.path]
    assert isinstance(file, DataFile)
    key, value = read_side_script(file.content)
    assert f'data-typical-key="{key}"' in pages[f"timeline/{CLOCKED}.html"].body
    assert f'data-typical="{file.path.removeprefix("timeline/")}"' in pages[f"timeline/{CLOCKED}.html"].body
    return dict(value)


def test_a_typical_duration_carries_its_n_and_no_percentile_is_invented(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    key = payload["typicalKeys"][_lane(payload, "flow")["typical"][0]]
    assert [figure[1:] for figure in _usual(pages)["figures"] if figure[0] == key] == [[3, 70, None]]


def test_everything_typical_is_found_from_the_session_that_shows_it(pages: dict[str, Page]) -> None:
    known = {figure[0] for figure in _usual(pages)["figures"]}
    used = set(_payload(pages[f"timeline/{CLOCKED}.html"])["typicalKeys"])
    used |= set(_payload(pages[f"timeline/{CLOCKLESS}.html"])["typicalKeys"])
    assert known
    assert known <= used


def test_the_typical_flow_is_made_of_median_beats(pages: dict[str, Page]) -> None:
    [ghost] = [ghost for ghost in _usual(pages)["ghosts"] if ghost["sequence"] == "Paint"]
    assert ghost["n"] == 3
    assert [beat[1] for beat in ghost["beats"]] == ["Beat 1"]
    assert ghost["beats"][0][2:4] == [3, 40]


def test_a_change_of_state_is_marked_in_its_handler_and_beat_with_its_line(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    state, handlers, beats = (_lane(payload, kind) for kind in ("state", "handler", "beat"))
    texts = payload["strings"]
    assert [texts[name] for name in state["name"][:2]] == ["+color ~size", "-draft"]
    assert [texts[status] for status in state["status"][:2]] == ["changed", "removed"]
    assert (state["line"][:2], state["start"][:2]) == ([17, 18], [20, 20])
    assert handlers["line"][state["handler"][0]] == 15
    assert beats["line"][state["beat"][0]] == 12


def test_a_change_of_state_shows_its_values_as_far_as_the_log_does(pages: dict[str, Page]) -> None:
    payload = _payload(pages[f"timeline/{CLOCKED}.html"])
    flat, texts = _lane(payload, "state")["facts"], payload["strings"]
    facts = {texts[flat[at + 1]]: texts[flat[at + 2]] for at in range(0, len(flat), 3) if flat[at] == 0}
    assert facts["added color"] == '{"red":255,"gr \u2026 (cut)'
    assert facts["updated size"] == "not shown"
    assert facts["handler"] == "draw"


def test_a_value_longer_than_a_timeline_needs_is_cut_and_says_so(tmp_path: Path) -> None:
    sample = write_sample(tmp_path, ("x" * 5000,))
    pages = {page.path: page for page in timeline.build_pages(sample.warehouse, sample.lake, SiteOptions())}
    texts = _payload(pages[f"timeline/{CLOCKED}.html"])["strings"]
    assert "x" * LONGEST_VALUE + " \u2026 (cut)" in texts


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
    file = pages["timeline.html"].files[-1]
    assert isinstance(file, DataFile)
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
    flows = flows_of(trace)
    usual = {"Paint": Typical(40, 10.0, 60.0)}
    assert finding_of(flows, TypicalTimes(usual), False) == (
        "Paint on line 5 took 70.0 ms, its median is 10.0 ms (n = 40)"
    )
    few = {"Paint": Typical(19, 10.0, 60.0)}
    assert finding_of(flows, TypicalTimes(few), False) == "Paint takes 100% of the time of 2 flows"


def test_the_page_says_the_command_that_exports_it(pages: dict[str, Page]) -> None:
    assert f"sightline export trace --session {CLOCKED}" in pages[f"timeline/{CLOCKED}.html"].body
