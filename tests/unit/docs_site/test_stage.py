"""Pages on their way through MkDocs: islands of HTML come back unread, titles are one harmless line."""

from pathlib import Path

import pytest
import yaml

from docs_site.page import DataFile
from docs_site.page import Page as SitePage
from docs_site.stage import join_islands, split_islands, stage_page, unlink_missing
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS

BODY = "before\n\n<!--html-->\n<p>one</p>\n<!--/html-->\n\n## Heading\n\n<!--html-->\n<p>two</p><!--/html-->\n\nafter\n"


def test_islands_are_kept_from_markdown_and_come_back_in_order() -> None:
    rest, islands = split_islands(BODY)
    assert islands == ("<p>one</p>\n", "<p>two</p>")
    assert "<p>" not in rest
    built = "<p>\ue0000\ue001</p><h2>Heading</h2><p>\ue0001\ue001</p>"
    assert join_islands(built, islands) == "<p>one</p>\n<h2>Heading</h2><p>two</p>"


def test_headings_between_islands_stay_markdown() -> None:
    rest, _ = split_islands(BODY)
    assert "\n\n## Heading\n\n" in rest


@pytest.mark.parametrize("title", NAUGHTY_STRINGS)
def test_a_hostile_title_stays_in_its_place(title: str, tmp_path: Path) -> None:
    stage_page(SitePage("a/b.html", title, "body"), tmp_path)
    _, header, body = (tmp_path / "a/b.md").read_text(encoding="utf-8").split("---\n", 2)
    read = yaml.safe_load(header)
    assert set(read) == {"title", "assets"}
    assert not set("<>&") & set(read["title"])
    assert next(line for line in body.splitlines() if line).startswith("# ")
    assert "<" not in body


def test_files_of_a_page_are_written_beside_it(tmp_path: Path) -> None:
    stage_page(SitePage("a.html", "A", "", files=(DataFile("data/a.js", b"x"),)), tmp_path)
    assert (tmp_path / "data/a.js").read_bytes() == b"x"


def test_a_link_to_a_page_that_was_not_made_becomes_text() -> None:
    html = '<a href="../lines/aa.html#L3">line 3</a> <a href="../lines/bb.html">line 4</a> <a href="https://h/x">x</a>'
    kept = unlink_missing(html, "errors/e.html", {"lines/aa.html", "errors/e.html"})
    assert kept == '<a href="../lines/aa.html#L3">line 3</a> <span>line 4</span> <a href="https://h/x">x</a>'
