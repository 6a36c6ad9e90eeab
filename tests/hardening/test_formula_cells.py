"""No table of a page holds a cell that a spreadsheet works out: not when the page is opened in one, nor when copied."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from docs_site.html.escape import firm_cell, html_text
from docs_site.html.tables import Column, code_cell, count_cell, link_cell, number_cell, render_table, text_cell
from orchestration.domain.spreadsheets import FORMULA_SIGNS, is_taken_for_formula

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+HYPERLINK(1)",
    "-2+3+cmd",
    "@SUM(1)",
    "\uff1dcmd",
    "=1+1",
    "  =cmd",
    "<b>=cmd",
)
PLAIN = ("createNode", "a=b", "-5", "+52.3", "-1,000.5%", "", "\u2013")
ASSETS = Path(__file__).parents[2] / "docs_site" / "assets"


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_every_sign_makes_a_formula_and_no_number_is_one(sign: str) -> None:
    assert is_taken_for_formula(f"{sign}cmd()")
    assert not is_taken_for_formula(f"cmd{sign}")


def test_numbers_and_names_are_no_formulas() -> None:
    assert not any(map(is_taken_for_formula, PLAIN))


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("make", [text_cell, code_cell, lambda text: link_cell(text, "page.html")])
def test_a_text_cell_never_begins_with_a_sign(make, text: str) -> None:  # type: ignore[no-untyped-def]
    begins = text.lstrip().startswith(FORMULA_SIGNS)
    table = render_table([Column("Name")], [[make(text)]], caption="c", empty="e")
    assert ("&#8288;" in table) == begins


def test_other_cells_are_as_they_were() -> None:
    cells = [[text_cell(text)] for text in PLAIN] + [[number_cell(-5.2)], [count_cell(-3)]]
    assert "&#8288;" not in render_table([Column("Name")], cells, caption="c", empty="e")
    assert firm_cell(html_text("a & b")) == "a &amp; b"


@pytest.mark.browser
def test_what_is_copied_out_of_a_table_that_a_script_made_is_text(chromium: str) -> None:
    rows = "".join(f"<tr><td>{text}</td><td>-5.2</td></tr>" for text in ("=cmd()", "@SUM(1)", "plain"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content(f"<p>before</p><table><tbody>{rows}</tbody></table>")
        page.add_script_tag(content=(ASSETS / "site.js").read_text(encoding="utf-8"))
        copied = page.evaluate(
            """() => {
              getSelection().selectAllChildren(document.body);
              const data = new DataTransfer();
              document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, cancelable: true }));
              return [data.getData("text/plain"), data.getData("text/html")];
            }"""
        )
        browser.close()
    assert copied[0] == "\u2060=cmd()\t-5.2\n\u2060@SUM(1)\t-5.2\nplain\t-5.2"
    assert "<td>\u2060=cmd()</td>" in copied[1]
