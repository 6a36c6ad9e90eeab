"""The pages of generated tests: every text with its evidence and what it covers; hostile text stays text."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

from docs_site.engine.site_options import GeneratedText, SiteOptions
from docs_site.engine.stage import split_islands
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.pages import generated_tests
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home

CANDIDATE: dict[str, Any] = {
    "test_candidate_id": "c1", "candidate_kind": "failure", "sequence_id": "q1", "sequence_key": "save",
    "sequence_name": "Save", "handler_name": "store", "error_class": "DiskFull", "flow_count": 7,
    "covered_handlers": ["P.store"], "covered_transitions": ["start > save"], "covered_error_classes": ["DiskFull"],
    "cover_rank": 1, "new_item_count": 3, "input_count": 4, "known_input_count": 2, "session_id": "s1",
    "log_file_path": "one.log", "line_number": 33,
}  # fmt: skip


def one_text(**changed: Any) -> GeneratedText:
    values: dict[str, Any] = {
        "test_id": "c1/0/0", "candidate_id": "c1", "sequence_key": "save", "file_name": "save.test.mjs",
        "title": "Save: store fails", "evidence": ("session s, line 33",), "text": 'test("Save", () => {});',
        "skipped": None,
    }  # fmt: skip
    return GeneratedText(**(values | changed))


def build(home: Home, *texts: GeneratedText) -> dict[str, Page]:
    built = generated_tests.build_pages(home.warehouse, home.lake, SiteOptions(tests=texts))
    return {page.path: page for page in built}


def home_with(tmp_path: Path, *rows: dict[str, Any]) -> Home:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        for row in rows:
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into marts.fct_test_candidates ({', '.join(row)}) values ({marks})", list(row.values())
            )
    return home


def test_a_test_stands_with_its_text_its_evidence_what_it_covers_and_the_command(tmp_path: Path) -> None:
    pages = build(home_with(tmp_path, CANDIDATE), one_text())
    body = pages[links.generated_tests_url("q1")].body
    assert "test(&#34;Save&#34;, () =&gt; {});" in body
    assert "sightline export tests --sequence save" in body
    assert 'href="../../lines/s1.html#L33"' in body
    assert "P.store" in body
    assert "start &gt; save" in body
    assert "DiskFull" in body
    assert "2 of 4 values its handlers read are in the log" in body
    assert "tests/q1.html" in pages[links.TESTS].body


def test_a_skipped_test_says_why(tmp_path: Path) -> None:
    pages = build(home_with(tmp_path, CANDIDATE), one_text(skipped="the log does not show sku"))
    assert "skipped: the log does not show sku" in pages[links.generated_tests_url("q1")].body
    assert "1 test would be skipped" in pages[links.TESTS].body


def test_without_tests_the_list_says_so_and_there_are_no_other_pages(tmp_path: Path) -> None:
    pages = build(home_with(tmp_path))
    assert list(pages) == [links.TESTS]
    assert "No test can be written" in pages[links.TESTS].body


def test_a_page_keeps_its_size_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    long = [one_text(text="x" * 900_000) for _ in range(5)]
    body = build(home_with(tmp_path, CANDIDATE), *long)[links.generated_tests_url("q1")].body
    assert len(body) < 6_000_000
    assert "3 more tests of it are in the exported files only" in body


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


def tags_of(page: Page) -> list[str]:
    text, islands = split_islands(page.body)
    assert "<" not in text, "what Markdown reads holds no markup"
    parser = Tags()
    parser.feed("".join(islands))
    return parser.names


def test_hostile_text_adds_no_element(tmp_path: Path) -> None:
    path, home = links.generated_tests_url("q1"), home_with(tmp_path, CANDIDATE)
    plain = tags_of(build(home, one_text())[path])
    for naughty in NAUGHTY_STRINGS[::12]:
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute("update marts.fct_test_candidates set sequence_name = ?, error_class = ?", [naughty] * 2)
        pages = build(home, one_text(title=naughty, text=naughty, evidence=(naughty,), file_name=naughty))
        assert tags_of(pages[path]) == plain, naughty
