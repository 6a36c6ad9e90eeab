"""Names that applications give their sequences, handlers, topics and files, and what becomes of the worst."""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, sync_playwright

from docs_site.html import links
from docs_site.html.escape import visible
from docs_site.html.page import Page
from docs_site.html.tables import Column, link_cell, render_table, text_cell
from orchestration.domain.identifiers import stable_id
from tests.published_pages import publish_pages

# Of the category of signs that format, these are seen, or scripts and emoji are written with them.
SEEN = {0x200C, 0x200D, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
SEEN |= {*range(0x0600, 0x0606), *range(0x13430, 0x13440)}
NAMES = (
    *("../../etc/passwd", "..", ".", "C:\\x\\..\\y", "CON", "aux.txt", "a/b", "a?b#c&d=%2e%2e%2f", "name. ", ".git"),
    *("Tea", "TEA", "tea", "Caf\u00e9", "Cafe\u0301", "\u202egnp.exe", "a\nb", "a\x00b", "", " ", "__proto__"),
    *("L" * 5000, "<script>", "{{ 7*7 }}", "a|b", "=cmd()", "\ud800", "\U0001f469\u200d\U0001f467"),
)
ADDRESSES: tuple[Callable[[str], str], ...] = (
    links.handler_url,
    links.sequence_url,
    links.session_url,
    links.timeline_url,
    links.lines_url,
    links.topic_url,
    links.plugin_url,
    links.state_key_url,
    links.error_group_url,
)


def test_no_sign_that_hides_turns_or_breaks_a_text_reaches_a_page() -> None:
    left = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and chr(code) not in "\t\n"
        and code not in SEEN
        and visible(f"a{chr(code)}b") == f"a{chr(code)}b"
    ]
    assert left == []


def test_what_people_write_stays_as_it_is() -> None:
    for text in (
        "Tea Brew",
        "\u0645\u0631\u062d\u0628\u0627",
        "\U0001f469\u200d\U0001f467",
        "caf\u00e9",
        "\u8336 \u2615",
        "a\tb\nc",
    ):
        assert visible(text) == text


@pytest.mark.parametrize("address", ADDRESSES)
def test_names_of_pages_are_short_portable_and_apart_whatever_the_name(address: Callable[[str], str]) -> None:
    found = [address(stable_id(name.encode("utf-8", "replace").decode())) for name in NAMES]
    assert all(re.fullmatch(r"[a-z][a-z/-]*[0-9a-f]{16}\.html(#[a-z0-9-]*)?", place) for place in found), found
    assert len({place.lower() for place in found}) == len(NAMES)


def test_a_wall_of_signs_may_be_broken_and_a_name_may_not() -> None:
    classes = {text: text_cell(text).css_class for text in ("create", "L" * 5000, "C" * 64, "word " * 40)}
    assert list(classes.values()) == ["sl-short", "sl-words sl-long", "sl-words sl-long", "sl-words"]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_no_name_makes_a_page_or_a_table_wide(tmp_path: Path, browser: Browser, width: int) -> None:
    wall = "L" * 5000
    columns = (Column("Sequence"), Column("Plugin"), Column("Count", is_number=True))
    rows = [[link_cell(text, "#x"), text_cell(text), text_cell("3")] for text in ("showSelectionOverlay", wall)]
    table = render_table(columns, rows, caption="Names", empty="none")
    site = publish_pages([Page("index.html", wall, Markup("# Names\n\n{}").format(table))], tmp_path / "site")
    tab = browser.new_page(viewport={"width": width, "height": 800})
    tab.goto((site / "index.html").as_uri())
    wide = "[document.documentElement, document.querySelector('.sl-data')].map((node) => node.scrollWidth)"
    page, table_width = tab.evaluate(wide)
    assert page <= width
    assert table_width < 1500
    name = tab.locator("table.sl-data a").first.bounding_box()
    assert name is not None
    assert name["height"] < 30, "a name is broken into lines"
    tab.close()
