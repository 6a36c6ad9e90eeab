"""Pages on their way through MkDocs: islands of HTML come back unread, titles are one harmless line."""

import posixpath
import re

import pytest
import yaml

from docs_site.engine import build
from docs_site.engine.stage import join_islands, load_documents, split_islands, stage_page, unlink_missing
from docs_site.html.page import Page as SitePage
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
def test_a_hostile_title_stays_in_its_place(title: str) -> None:
    _, header, body = stage_page(SitePage("a/b.html", title, "body")).text.split("---\n", 2)
    read = yaml.safe_load(header)
    assert set(read) == {"title", "assets"}
    assert not set("<>&") & set(read["title"])
    assert next(line for line in body.splitlines() if line).startswith("# ")
    assert "<" not in body


def test_documents_link_only_to_documents_and_to_pages_of_the_navigation() -> None:
    # docs_site/engine/assembly.py counts on it: a document's HTML must not change with pages that come and go.
    documents, beside = load_documents(build.ROOM / "docs")
    nav = yaml.safe_load((build.ROOM / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    known = {page.source for page in documents} | {file.path for file in beside} | set(build.navigated(nav))
    targets = {
        posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        for page in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.text)
    }
    assert len(targets) > 30
    assert targets <= known


def test_a_link_to_a_page_that_was_not_made_becomes_text() -> None:
    html = '<a href="../lines/aa.html#L3">line 3</a> <a href="../lines/bb.html">line 4</a> <a href="https://h/x">x</a>'
    kept = unlink_missing(html, "errors/e.html", {"lines/aa.html", "errors/e.html"})
    assert kept == '<a href="../lines/aa.html#L3">line 3</a> <span>line 4</span> <a href="https://h/x">x</a>'
