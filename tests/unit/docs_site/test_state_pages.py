"""The state pages: findings before tables, cut values said to be cut, hostile keys and values kept as text."""

from pathlib import Path
from typing import Any

import duckdb

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.pages.state import build_pages
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home, tables


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    kinds = tables()[table]
    filled = {name: False if kind == "boolean" else 0 for name, kind in kinds.items() if kind in ("boolean", "bigint")}
    values = filled | row
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" for _ in values)
    connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))


def write_state(connection: duckdb.DuckDBPyConnection, key: str, value: str, number: int = 1) -> None:
    who = {"handler_id": f"h{number}", "handler_name": key, "plugin_name": "P", "state_key": key}
    change = {"mutation_kind": "updated", "change_number": 1, "is_value_cut": True, "is_preview_cut": True}
    place = {"session_id": "s1", "log_file_path": "a.log", "line_number": 7, "flow_id": "f1"}
    row = {
        "mutation_id": f"m{number}",
        "sequence_name": "Q",
        "value_after": value,
        "value_type": "string",
        "value_shape": value,
    }
    insert(connection, "marts.fct_state_mutations", who | change | place | row)
    insert(
        connection, "reports.rpt_state_handlers", who | {"mutation_count": 1, "updated_count": 1, "is_code_known": True}
    )
    insert(connection, "reports.rpt_state_keys", {"state_key_id": f"k{number}", "state_key": key, "mutation_count": 1})
    finding = {
        "state_finding_id": f"x{number}",
        "finding_class": "purity_violation",
        "severity": "warning",
        "observed": value,
    }
    insert(connection, "reports.rpt_state_findings", who | finding | {"code_file_path": key, "code_line_number": 3})


def pages_of(home: Home) -> dict[str, Page]:
    return {page.path: page for page in build_pages(home.warehouse, home.lake, SiteOptions())}


def test_findings_come_first_and_the_key_has_a_page_with_its_story(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        write_state(connection, "total", '"half a te')
    pages = pages_of(home)
    state, key = pages[links.STATE], pages[links.state_key_url("k1")]
    assert state.body.index("{#findings}") < state.body.index("{#matrix}") < state.body.index("{#keys}")
    assert "figure-state-matrix" in state.body
    assert "<em>cut</em>" in key.body


def test_without_state_rows_the_page_says_so(tmp_path: Path) -> None:
    pages = pages_of(empty_home(tmp_path))
    assert list(pages) == [links.STATE]
    assert "No log of this window says what handlers change" in pages[links.STATE].body


def test_hostile_keys_and_values_stay_text(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        for number, name in enumerate(NAUGHTY_STRINGS):
            write_state(connection, name or "x", name, number)
    for page in pages_of(home).values():
        assert "<script>alert" not in page.body
        assert "<img src=x" not in page.body
