"""Tables: numbers stand right with their sort value, long texts fold, nothing is a sentence."""

from datetime import UTC, datetime

from docs_site.html.tables import (
    MOST_ROWS,
    Column,
    count_cell,
    link_cell,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.code_places import place_cell, place_html


def _table(*rows: list) -> str:  # type: ignore[type-arg]
    return render_table([Column("Name"), Column("Time", "ms", True)], rows, caption="Things", empty="No thing.")


def test_an_empty_table_is_a_sentence() -> None:
    assert _table() == '<p class="sl-empty">No thing.</p>'


def test_a_number_stands_right_and_sorts_by_its_exact_value() -> None:
    assert '<td class="sl-number" data-v="1234.567">1\u202f235</td>' in _table([text_cell("a"), number_cell(1234.567)])


def test_the_unit_is_in_the_header() -> None:
    assert '<span class="sl-unit">ms</span>' in _table([text_cell("a"), number_cell(1.0)])


def test_an_unknown_number_is_a_dash_and_sorts_last() -> None:
    assert '<td class="sl-number" data-v="">\u2013</td>' in _table([text_cell("a"), number_cell(None)])


def test_only_a_long_table_can_be_filtered() -> None:
    rows = [[text_cell(str(number)), count_cell(number)] for number in range(20)]
    assert "<input" in _table(*rows)
    assert "<input" not in _table(*rows[:3])


def test_a_table_that_would_make_a_page_too_heavy_is_cut_and_says_so() -> None:
    rows = [[text_cell("a"), count_cell(number)] for number in range(MOST_ROWS + 1)]
    html = _table(*rows)
    assert html.count("<tr>") == MOST_ROWS + 1
    assert "The first 4\u202f000 of 4\u202f001 rows" in html


def test_a_very_long_text_is_folded() -> None:
    html = text_cell("x" * 500).html
    assert html.startswith("x" * 160 + "\u2026<details>")


def test_a_link_to_a_script_is_text() -> None:
    assert link_cell("here", "javascript:alert(1)").html == "here"


def test_a_percentage_is_round_only_when_exact() -> None:
    assert [pct_cell(value).html for value in (100.0, 99.97, 50.04, 0.01, 0.0)] == [
        "100",
        "&gt; 99.9",
        "50.0",
        "&lt; 0.1",
        "0",
    ]


def test_a_time_is_utc_to_the_second() -> None:
    assert ">2026-11-22 10:00:01</time>" in time_cell(datetime(2026, 11, 22, 10, 0, 1, 500000, UTC)).html


def test_a_place_in_the_code_is_short_in_tables_and_whole_elsewhere() -> None:
    path = "packages/canvas/src/create/create.ts"
    cell = place_cell(path, 39, None).html
    assert "\u2026/create/create.ts:39</code>" in cell
    assert f'title="{path}:39"' in cell
    assert f"{path}:39" in place_html(path, 39, None)


def test_a_place_links_by_the_projects_pattern() -> None:
    html = place_html("a b/c.ts", 3, "https://host/blob/main/{path}#L{line}")
    assert 'href="https://host/blob/main/a%20b/c.ts#L3"' in html
