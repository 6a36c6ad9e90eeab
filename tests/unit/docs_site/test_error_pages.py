"""The errors pages: groups by harm, handlers by class, a page per group; log text stays text; words without errors."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.escape import html_text
from docs_site.html.page import Page
from docs_site.pages.error_group import stack_html
from docs_site.pages.errors import build_pages, harm_sentence
from tests.unit.docs_site.error_rows import group_id
from tests.unit.docs_site.synthetic_warehouse import empty_home, write_home

HOSTILE = ['<img src=x onerror="alert(1)">', "a|b`c`*d*", "plain"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Page]:
    home = write_home(tmp_path_factory.mktemp("errors"), HOSTILE)
    return {page.path: page for page in build_pages(home.warehouse, home.lake, SiteOptions())}


def test_every_group_has_a_page_that_keeps_its_address(pages: Mapping[str, Page]) -> None:
    assert set(pages) == {links.ERRORS, *(links.error_group_url(group_id(name)) for name in HOSTILE)}


def test_the_list_leads_to_every_group_and_handler(pages: Mapping[str, Page]) -> None:
    body = pages[links.ERRORS].body
    for name in HOSTILE:
        assert body.count(f'href="{links.error_group_url(group_id(name))}"') >= 2
        assert html_text(name) in body


@pytest.mark.parametrize("name", HOSTILE)
def test_log_text_on_a_groups_page_stays_text(name: str, pages: Mapping[str, Page]) -> None:
    body = pages[links.error_group_url(group_id(name))].body
    assert "<img" not in body
    assert html_text(name) in body


def test_a_groups_page_leads_to_lines_timeline_and_session(pages: Mapping[str, Page]) -> None:
    body = pages[links.error_group_url(group_id("plain"))].body
    for folder in ("lines", "timeline", "sessions", "catalogue/handlers"):
        assert re.search(rf'href="\.\./{folder}/[0-9a-f]+\.html', body), folder


def test_without_errors_the_page_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "empty")
    (page,) = build_pages(home.warehouse, home.lake, SiteOptions())
    assert "No errors in" in page.body
    assert "Look at these first" not in page.body


def test_the_applications_frame_is_marked_once() -> None:
    example = {
        "detail": "    at read (node:fs:1:2)\n    at pay (src/pay.ts:3:9)\n    at pay (src/pay.ts:3:9)",
        "frame_function_name": "pay", "frame_file_name": "src/pay.ts", "frame_line_number": 3,
    }  # fmt: skip
    html = stack_html(example)
    assert html is not None
    assert html.count("<mark>") == 1
    assert "<mark>    at pay (src/pay.ts:3:9)</mark>" in html


def test_harm_is_said_with_its_n() -> None:
    group = {
        "error_count": 3, "session_count": 2, "lost_flow_count": 0, "harmed_flow_count": 3, "lost_request_count": 0,
        "lost_action_count": None,
    }  # fmt: skip
    assert harm_sentence(group, 48) == "3 errors in 2 of 48 sessions; 3 flows went on without the handler's work."
    lost = group | {"lost_flow_count": 1, "lost_action_count": 1}
    assert harm_sentence(lost, 48).endswith("1 flow did not complete; 1 action of users lost.")
