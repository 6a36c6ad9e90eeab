"""Every public table as a file: whole, in one order, times in UTC, and with nothing a reader would run."""

import csv
import io
import json
from datetime import UTC, datetime
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import markdown
import pytest
from markdown_it import MarkdownIt

from orchestration.cli.app import run_command
from orchestration.exports.markdown import escape_markdown
from orchestration.exports.table_files import TABLE_WRITERS
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.synthetic_warehouse import Home, tables, write_home

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\uff1dx")
KEPT = ("plain", "a=b", "", 'say "hi"', "two\nlines", "a,b", "\u202etxt", "2 - 1")
RENDER_LIKE_MKDOCS = partial(markdown.markdown, extensions=["tables"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return write_home(tmp_path_factory.mktemp("tables"), ("=cmd|' /C calc'!A0", "<script>", "plain"))


def export(home: Home, *typed: str) -> int:
    return run_command(["export", "table", "--home", str(home.warehouse.parent), *typed])


def written(texts: tuple[str, ...], format_name: str) -> bytes:
    """Return texts, each a row with a number, a flag, a time and a list, in a format."""
    file = io.BytesIO()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'Asia/Tokyo'")
        connection.execute("create table t (text_value varchar, number_value double, is_value boolean, "
                           "seen_at timestamptz, parts varchar[])")  # fmt: skip
        moment = datetime(2026, 11, 22, 15, 0, 0, 1500, tzinfo=UTC)
        for text in texts:
            connection.execute("insert into t values (?, -1.5, true, ?, ['a', '=b'])", [text, moment])
        connection.execute("insert into t values (null, 'nan'::double, null, null, null)")
        TABLE_WRITERS[format_name](connection.execute("select * from t").to_arrow_reader(3), file)
    return file.getvalue()


def test_csv_has_no_cell_a_spreadsheet_would_run_and_keeps_every_other_text() -> None:
    content = written(FORMULAS + KEPT, "csv").decode()
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert rows[0] == ["text_value", "number_value", "is_value", "seen_at", "parts"]
    texts = [row[0] for row in rows[1:]]
    assert texts == [f"'{text}" for text in FORMULAS] + list(KEPT) + [""]
    assert rows[1][1:] == ["-1.5", "true", "2026-11-22T15:00:00.001500Z", '["a", "=b"]']
    assert rows[-1] == ["", "", "", "", ""]
    assert '""' in content


def test_json_has_a_row_a_line_and_every_text_as_it_is() -> None:
    rows = json.loads(written(FORMULAS + KEPT, "json"))
    assert [row["text_value"] for row in rows] == [*FORMULAS, *KEPT, None]
    assert rows[0] == {
        "text_value": FORMULAS[0], "number_value": -1.5, "is_value": True, "seen_at": "2026-11-22T15:00:00.001500Z",
        "parts": ["a", "=b"],
    }  # fmt: skip
    assert rows[-1] == dict.fromkeys(rows[0])
    assert written((), "json").count(b"\n") == 3


def test_parquet_keeps_types_and_values(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(written(FORMULAS + KEPT, "parquet"))
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute("select * from read_parquet(?)", [str(tmp_path / "t.parquet")]).fetchall()
    assert [row[0] for row in rows] == [*FORMULAS, *KEPT, None]
    assert rows[0][1:] == (-1.5, True, datetime(2026, 11, 22, 15, 0, 0, 1500, tzinfo=UTC), ["a", "=b"])


class Shown(HTMLParser):
    """The tags of a page, and the text of its second cell."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag == "td":
            self.cells.append("")
        if tag == "br":
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@pytest.mark.parametrize(
    "text", [*NAUGHTY_STRINGS, *KEPT, "a | b", "1. x", "- x", "# x", "_a_ b_c", "www.x.y", "~~x~~"]
)
def test_a_markdown_cell_shows_the_text_and_nothing_else(text: str) -> None:
    page = f"| a | b |\n| --- | --- |\n| {escape_markdown(text)} | end |\n"
    for render in (MarkdownIt("commonmark").enable(["table", "strikethrough"]).render, RENDER_LIKE_MKDOCS):
        shown = Shown(render(page))
        assert shown.tags <= {"table", "thead", "tbody", "tr", "th", "td", "br", "p"}
        assert [_visible(cell) for cell in shown.cells] == [_visible(text), "end"]


def _visible(text: str) -> str:
    """Return the characters that have a shape: spaces may fold, and control characters are replaced."""
    plain = text.encode("utf-8", "replace").decode()
    return "".join(character for character in plain if character.isprintable() and character not in " \ufffd")


def test_every_public_table_is_written_whole(home: Home, tmp_path: Path) -> None:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        counts = {name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for name in tables()}
    for name, columns in tables().items():
        assert export(home, name, "--format", "json", "--out", str(tmp_path / "table")) == 0
        rows: list[dict[str, Any]] = json.loads((tmp_path / "table").read_bytes())
        assert len(rows) == counts[name]
        assert all(list(row) == list(columns) for row in rows)


@pytest.mark.parametrize("format_name", sorted(TABLE_WRITERS))
def test_the_same_table_gives_the_same_file(home: Home, format_name: str, tmp_path: Path) -> None:
    for file in ("one", "two"):
        assert export(home, "fct_flows", "--format", format_name, "--out", str(tmp_path / file)) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_name_may_lack_its_schema_and_the_file_is_named_by_it(home: Home) -> None:
    assert export(home, "RPT_handler_performance") == 0
    path = home.warehouse.parent / "exports" / "tables" / "rpt_handler_performance.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert {row["handler_name"] for row in rows} == {"'=cmd|' /C calc'!A0", "<script>", "plain"}
    assert [row["handler_id"] for row in rows] == sorted(row["handler_id"] for row in rows)


def test_an_unknown_table_or_format_is_wrong_use_and_names_what_is_near(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(home, "rpt_handler_perf") == 2
    assert "did you mean rpt_handler_performance" in capsys.readouterr().err
    assert export(home, "staging.stg_logs__log_files") == 2
    assert export(home, "fct_flows", "--format", "xml") == 2
    assert "json, csv, md, parquet" in capsys.readouterr().err
    assert export(home) == 2
    assert "--list" in capsys.readouterr().err


def test_the_list_names_every_table_with_its_rows(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(home, "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(tables())
    assert next(line for line in lines if "dim_handlers" in line).split()[1:] == ["6", "rows"]
