"""Tables that are too long for a page say the same beside it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from docs_site.html.paged_table import FITS_ROWS, LongTables, PagedColumn, paged_table
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    number_cell,
    render_table,
    text_cell,
    time_cell,
)
from tests.unit.docs_site.test_timeline_pages import read_side_script

PAGE = "sessions/s.html"
MOMENT = datetime(2026, 12, 1, 10, 0, 0, 250_000, tzinfo=UTC)
COLUMNS = (
    Column("Sequence"),
    Column("Status"),
    Column("Started", "UTC"),
    Column("Duration", "ms", True),
    Column("Line", is_number=True, hint="Of the log"),
    Column("Message"),
)


def _rows(count: int) -> list[list[Cell]]:
    return [
        [
            link_cell("Bake", "../sequences/bake.html"),
            badge_cell("failed", "critical") if number == 1 else badge_cell("completed", "good"),
            time_cell(MOMENT),
            number_cell(None if number == 0 else 2.5),
            count_cell(number, f"../lines/s.html#L{number}"),
            text_cell("<b>" + "m" * 300),
        ]
        for number in range(count)
    ]


def _long(unmade: tuple[str, ...] = ()) -> tuple[str, dict[str, Any], str]:
    tables = LongTables(PAGE, "sessions/data/s", unmade)
    html = tables.render(COLUMNS, _rows(FITS_ROWS + 1), caption="All flows", empty="None.")
    [file] = tables.files
    return str(html), dict(read_side_script(file.content)[1]), file.path


@pytest.mark.parametrize("count", [0, FITS_ROWS])
def test_a_table_that_fits_is_the_one_of_every_page(count: int) -> None:
    tables = LongTables(PAGE, "sessions/data/s")
    given = (COLUMNS, _rows(count))
    assert tables.render(*given, caption="All flows", empty="None.") == render_table(
        *given, caption="All flows", empty="None."
    )
    assert tables.files == []


def test_a_long_table_has_all_its_rows_in_a_file() -> None:
    html, value, path = _long()
    assert path == "sessions/data/s-all-flows.js"
    assert 'data-source="data/s-all-flows.js"' in html
    assert len(html) < 1000
    assert value["rows"] == FITS_ROWS + 1
    assert all(len(column["values"]) == FITS_ROWS + 1 for column in value["columns"])
    assert [column["kind"] for column in value["columns"]] == ["text", "badge", "time", "number", "count", "text"]
    assert value["tones"] == {"failed": "critical", "completed": "good"}


def test_values_links_and_whole_texts_are_those_of_the_cells() -> None:
    sequence, status, started, duration, line, message = _long()[1]["columns"]
    assert [status["strings"][number] for number in status["values"][:2]] == ["completed", "failed"]
    assert started["values"][0] == MOMENT.timestamp() * 1000
    assert duration["values"][:2] == [None, 2.5]
    assert sequence["strings"][sequence["hrefs"][0]] == "../sequences/bake.html"
    assert line["strings"][line["hrefs"][7]] == "../lines/s.html#L7"
    assert message["strings"][message["values"][0]] == "<b>" + "m" * 300


def test_pages_that_are_not_made_are_not_led_to() -> None:
    sequence, *_, line, _ = _long(("../lines/s.html",))[1]["columns"]
    assert "hrefs" not in line
    assert "hrefs" in sequence


def test_the_order_in_which_colours_are_given_changes_no_byte() -> None:
    def written(tones: dict[str, str]) -> bytes:
        column = PagedColumn("Status", "badge")
        column.add("failed")
        table = paged_table(PAGE, "data/t.js", [column], 1, caption="Flows", empty="None.", tones=tones)
        return table.files[0].content

    assert written({"failed": "critical", "ok": "good"}) == written({"ok": "good", "failed": "critical"})
