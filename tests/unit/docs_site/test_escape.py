"""Log text stays text, in every place it can stand."""

import json
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_site.html.escape import (
    figure_text,
    html_attribute,
    html_text,
    markdown_inline,
    mermaid_label,
    page_title,
    safe_href,
    script_json,
    visible,
)
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS, WRAPPED

ALL = (*NAUGHTY_STRINGS, *WRAPPED)


class _Reading(HTMLParser):
    """Read HTML back as a browser does: its elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def _markdown(text: str) -> _Reading:
    extensions = ["attr_list", "def_list", "tables", "admonition", "toc", "pymdownx.superfences"]
    return _Reading(markdown.markdown(text, extensions=extensions))


@pytest.mark.parametrize("text", ALL)
def test_html_text_reads_back_as_the_text(text: str) -> None:
    reading = _Reading(f"<p>{html_text(text)}</p>")
    assert reading.elements == ["p"]
    assert reading.text == visible(text)


@pytest.mark.parametrize("text", ALL)
def test_an_attribute_reads_back_as_the_text(text: str) -> None:
    reading = _Reading(f'<p title="{html_attribute(text)}">x</p>')
    assert reading.elements == ["p"]
    assert reading.attributes == [{"title": visible(text)}]


@pytest.mark.parametrize("text", ALL)
def test_markdown_makes_nothing_of_an_inline_text(text: str) -> None:
    line = " ".join(visible(text).split())
    reading = _markdown(f"# {markdown_inline(text)}\n\nbefore {markdown_inline(text)} after")
    assert set(reading.elements) <= {"h1", "p"}
    assert reading.text.split() == f"{line} before {line} after".split() or not line


@pytest.mark.parametrize("text", ALL)
def test_json_in_a_script_ends_no_script_and_reads_back(text: str) -> None:
    written = script_json({"text": text})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written)["text"] == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("text", ALL)
def test_a_mermaid_label_holds_no_punctuation_of_mermaid(text: str) -> None:
    label = mermaid_label(text)
    assert set(label) & set("\"'`<>[](){}|\\&%:\n") == set()
    assert label.count("#") == label.count(";")


@pytest.mark.parametrize("text", ALL)
def test_a_figure_text_and_a_title_hold_no_markup(text: str) -> None:
    assert "<" not in figure_text(text)
    assert not set('<>&"\n') & set(page_title(text))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "java\x00script:x"]
)
def test_a_link_leads_to_no_script(address: str) -> None:
    assert safe_href(address) is None


@pytest.mark.parametrize("address", ["https://host/x", "vscode://file/x:1", "../lines/ab.html#L7", "#here"])
def test_a_harmless_link_is_kept(address: str) -> None:
    assert safe_href(address) == address


def test_what_acts_unseen_is_shown() -> None:
    assert visible("a\x00b\x1b[31m\u202etxt\ud800") == "a\u2400b\u241b[31m\u27e8U+202E\u27e9txt\ufffd"


@given(st.text(st.characters(), max_size=60))
def test_no_text_at_all_escapes_from_html_or_markdown(text: str) -> None:
    assert _Reading(f'<p title="{html_attribute(text)}">{html_text(text)}</p>').elements == ["p"]
    assert set(_markdown(f"x {markdown_inline(text)} x").elements) <= {"p"}
