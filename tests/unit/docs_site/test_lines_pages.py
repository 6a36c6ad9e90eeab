"""Lines pages hold every line of a log, at its number, as data."""

import json
import re
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from docs_site.engine.memory import Memory
from docs_site.engine.site_options import SiteOptions
from docs_site.html.page import KeptFile, Page
from docs_site.pages import lines, lines_load
from docs_site.pages.lines_payload import Links, SessionLines, build_chunks, cut_lines
from tests.timeline_warehouse import CLOCKED, CLOCKLESS, Sample, write_sample
from tests.unit.docs_site.test_timeline_pages import read_side_script

HOSTILE = ("<svg onload=alert(1)>", "\x1b[31mred", "`${alert(2)}`")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("lines"), HOSTILE)


@pytest.fixture(scope="module")
def page(sample: Sample) -> Page:
    pages = {page.path: page for page in lines.build_pages(sample.warehouse, sample.lake, SiteOptions())}
    assert set(pages) == {"lines.html", f"lines/{CLOCKED}.html", f"lines/{CLOCKLESS}.html"}
    return pages[f"lines/{CLOCKED}.html"]


def _payload(page: Page) -> dict[str, Any]:
    return dict(read_side_script(page.files[0].content)[1])


def _about(page: Page) -> dict[str, Any]:
    found = re.search(r'data-about="([^"]*)"', page.body)
    assert found
    return dict(json.loads(unescape(found[1])))


def test_every_record_and_every_rejected_line_is_there_in_order(page: Page) -> None:
    payload = _payload(page)
    expected = [line for line in range(1, 71) if line not in (21, 22)] + [100, 101, 102]
    assert payload["line"] == expected


def test_a_rejected_line_says_why(page: Page) -> None:
    payload = _payload(page)
    place = payload["line"].index(50)
    assert payload["severity"][place] == 4
    assert payload["strings"][payload["messageType"][place]] == "orphan_continuation"
    assert payload["strings"][payload["message"][place]] == "<b>not a record</b>"


def test_the_page_counts_the_rows_of_further_lines(page: Page) -> None:
    payload = _payload(page)
    [chunk] = _about(page)["chunks"]
    place = payload["line"].index(20)
    assert payload["strings"][payload["detail"][place]] == "first detail\nsecond detail"
    assert chunk["records"] == 71
    assert chunk["rows"] == 71 + 2 + len(HOSTILE)


def test_parsed_fields_go_with_their_record(page: Page) -> None:
    payload = _payload(page)
    flat, names = payload["fields"], payload["fieldNames"]
    triples = [flat[place : place + 3] for place in range(0, len(flat), 3)]
    own = {names[name]: payload["strings"][text] for record, name, text in triples if payload["line"][record] == 15}
    assert own == {"topic": "paint:1", "handler_name": "draw", "plugin_name": "P", "state_change": "+color"}


def test_a_known_handler_links_to_its_page(page: Page) -> None:
    payload = _payload(page)
    [[plugin, handler, address]] = payload["handlers"]
    texts = payload["strings"]
    assert (texts[plugin], texts[handler]) == ("P", "draw")
    assert texts[address] == "../catalogue/handlers/h1.html"


def test_hostile_text_is_in_the_data_only(page: Page) -> None:
    assert not [text for text in HOSTILE if text in page.body]
    assert all(text in _payload(page)["strings"] for text in HOSTILE)


def test_a_session_without_lines_in_the_lake_says_so(sample: Sample) -> None:
    pages = {page.path: page for page in lines.build_pages(sample.warehouse, sample.lake, SiteOptions())}
    assert "The lake holds no lines of this log" in pages[f"lines/{CLOCKLESS}.html"].body


def test_a_lake_that_was_removed_gives_words_and_no_failure(sample: Sample, tmp_path: Path) -> None:
    pages = list(lines.build_pages(sample.warehouse, tmp_path / "gone", SiteOptions()))
    assert len(pages) == 3
    assert all(not page.files for page in pages)


def test_a_code_address_that_would_act_is_not_passed_on(sample: Sample) -> None:
    def code_url(options: SiteOptions) -> object:
        pages = {page.path: page for page in lines.build_pages(sample.warehouse, sample.lake, options)}
        return _about(pages[f"lines/{CLOCKED}.html"])["codeUrl"]

    assert code_url(SiteOptions(code_url="https://host/{path}#L{line}")) == "https://host/{path}#L{line}"
    assert code_url(SiteOptions(code_url="javascript:alert(1)//{path}")) is None


def _columns(messages: list[str]) -> dict[str, list[Any]]:
    count = len(messages)
    names = ("at_ms", "source_file_name", "source_line_number", "signal", "detail")
    columns: dict[str, list[Any]] = {name: [None] * count for name in names}
    columns |= {"line_number": list(range(1, count + 1)), "severity": ["info"] * count}
    return columns | {"message_type": ["other"] * count, "message": list(messages)}


def test_a_record_of_megabytes_is_cut_with_a_word() -> None:
    [chunk] = build_chunks([SessionLines(_columns(["x" * 3_000_000]))], Links())
    [text] = [text for text in chunk.payload["strings"] if text.startswith("xx")]
    assert len(text) < 21_000
    assert text.endswith("(2980000 more characters)")


@pytest.mark.parametrize(
    ("sizes", "most", "most_bytes", "expected"),
    [
        ([1] * 25, 10, 1000, [(1, 10), (11, 20), (21, 25)]),
        ([10, 10, 10, 10, 10], 4, 25, [(1, 2), (3, 4), (5, 5)]),
        ([1, 5000, 1, 1], 10, 25, [(1, 1), (2, 2), (3, 4)]),
        ([], 10, 25, []),
    ],
)
def test_large_logs_are_cut_by_records_and_by_bytes_without_a_gap(
    sizes: list[int], most: int, most_bytes: int, expected: list[tuple[int, int]]
) -> None:
    numbers = np.arange(1, len(sizes) + 1)
    assert list(cut_lines(numbers, np.array(sizes, dtype=np.int64), most, most_bytes)) == expected


def test_a_long_session_is_written_chunk_by_chunk_and_says_of_each_what_it_holds(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_load, "cut_lines", partial(cut_lines, most=20))
    memory = Memory(tmp_path / "memory")
    pages = {page.path: page for page in lines.build_pages(sample.warehouse, sample.lake, SiteOptions(), memory)}
    page = pages[f"lines/{CLOCKED}.html"]
    # Nothing of it is held in memory any more.
    kept = [file for file in page.files if isinstance(file, KeptFile)]
    assert len(kept) == len(page.files) == 4
    payloads = [dict(read_side_script(memory.store.read(file.digest) or b"")[1]) for file in kept]
    assert [line for payload in payloads for line in payload["line"]] == [
        *(line for line in range(1, 71) if line not in (21, 22)), 100, 101, 102
    ]  # fmt: skip
    about = _about(page)
    assert [chunk["records"] for chunk in about["chunks"]] == [len(payload["line"]) for payload in payloads]
    assert [chunk["grave"] for chunk in about["chunks"]] == [
        sum(severity >= 2 for severity in payload["severity"]) for payload in payloads
    ]
    assert sum(count for _, count in about["signals"]) == sum(
        signal > 0 for payload in payloads for signal in payload["signal"]
    )
    assert sum(chunk["grave"] for chunk in about["chunks"]) > 0


@pytest.mark.parametrize("only", ["plugin_name", "handler_name"])
def test_a_log_cut_before_its_first_handler_has_lines(only: str) -> None:
    lines_read = SessionLines(_columns(["routing to a plugin"]), {only: ["P"]})
    [chunk] = build_chunks([lines_read], Links({("P", "draw"): "../h.html"}))
    assert chunk.payload["handlers"] == []
    assert chunk.payload["fieldNames"] == [only]
