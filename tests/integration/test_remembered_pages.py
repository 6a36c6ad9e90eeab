"""Pages that are remembered are made anew whenever anything they show has changed."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from docs_site.engine.memory import Memory
from docs_site.engine.site_options import SiteOptions
from docs_site.engine.stage import stage_page
from docs_site.html.page import Page
from docs_site.pages import data_dictionary, lines, sessions, timeline
from docs_site.pages.lines_load import LineReader
from orchestration.warehouse import keep_open
from tests.timeline_warehouse import CLOCKED, Sample, write_sample
from tests.unit.docs_site.synthetic_warehouse import Home, tables, write_home

BUILDERS: tuple[Callable[..., Iterable[Page]], ...] = (
    sessions.build_pages,
    timeline.build_pages,
    lines.build_pages,
)
_CHANGED = {"varchar": "'changed'", "double": "0.125", "bigint": "7", "boolean": "true"}


def _made(home: Home | Sample, memory: Memory | None = None) -> dict[str, tuple[object, ...]]:
    """Return what every page says and its files hold; as little as possible of it made anew when there is a memory."""
    reading = memory or Memory()
    with keep_open(home.warehouse):
        pages = [page for build in BUILDERS for page in build(home.warehouse, home.lake, SiteOptions(), memory=reading)]
    store = Memory(home.warehouse.parent / "digests")
    return {page.path: (stage_page(page), *((file.path, store.digest(file)) for file in page.files)) for page in pages}


def _remembering(home: Home | Sample) -> Memory:
    folder = home.warehouse.parent / "memory"
    first = Memory(folder)
    _made(home, first)
    first.save()
    return Memory(folder)


def test_a_change_in_any_table_reaches_the_pages_that_show_it(tmp_path: Path) -> None:
    home = write_home(tmp_path, ("Bake",), flows_per_session=1)
    _fill_empty_tables(home)
    memory = _remembering(home)
    before = _made(home)
    stale, shown = [], []
    for table in sorted(tables()):
        with duckdb.connect(str(home.warehouse)) as connection:
            # One row less and one row with other values: both on top of what was changed before.
            for change in _changes(table):
                connection.execute(change)
        now = _made(home)
        if now != before:
            shown.append(table)
            if _made(home, memory) != now:
                stale.append(table)
        before = now
    assert stale == []
    assert {"marts.dim_sessions", "marts.fct_state_mutations", "reports.rpt_session_causes"} <= set(shown)


def _fill_empty_tables(home: Home) -> None:
    """Give every table without a row one of the oldest session, so that there is something to change."""
    given = {
        "session_id": "(select min_by(session_id, rowid) from marts.dim_sessions)",
        "recommendation_id": "'recommended'",
        "mutation_kind": "'added'",
        "severity": "'warning'",
    }
    filling = {"varchar": "'text'", "double": "1.5", "bigint": "1", "boolean": "false"}
    with duckdb.connect(str(home.warehouse)) as connection:
        for table, columns in tables().items():
            [(count,)] = connection.execute(f"select count(*) from {table}").fetchall()
            values = ", ".join(given.get(name) or filling.get(kind, "null") for name, kind in columns.items())
            if not count:
                connection.execute(f"insert into {table} values ({values})")


def _changes(table: str) -> list[str]:
    free = {name: _CHANGED.get(kind) for name, kind in tables()[table].items() if _is_free(name)}
    settings = ", ".join(f'"{name}" = {value}' for name, value in free.items() if value)
    update = f"update {table} set {settings} where rowid = (select min(rowid) from {table})"
    # The only row stays: others may need it to be shown.
    last = f"(select max(rowid) from {table} having count(*) > 1)"
    return [f"delete from {table} where rowid = {last}", *([update] if settings else [])]


def _is_free(name: str) -> bool:
    # Not what joins rows, nor the words that pages look up.
    ends = ("_id", "_kind", "_class", "severity", "status", "outcome", "detector", "resolution", "_path")
    return not name.endswith(ends)


def test_another_description_of_a_table_is_in_the_dictionary(tmp_path: Path) -> None:
    home, models = write_home(tmp_path, ("Bake",), flows_per_session=1), tmp_path / "models"
    models.mkdir()
    memory = Memory(tmp_path / "memory")
    said = []
    for words in ("first words", "other words"):
        (models / "dim_sessions.yml").write_text(f"models: [{{name: dim_sessions, description: {words}}}]")
        [page] = data_dictionary.build_pages(home.warehouse, home.lake, SiteOptions(dbt_models=models), memory)
        said.append([words for words in ("first words", "other words") if words in page.body])
    assert said == [["first words"], ["other words"]]


def test_without_a_change_nothing_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = write_sample(tmp_path, ("<b>text</b>",))
    pages = dict(_lines_and_timelines(sample, Memory()))
    first = Memory(tmp_path / "memory")
    dict(_lines_and_timelines(sample, first))
    first.save()

    def fail(*_: object) -> None:
        raise AssertionError("made anew")

    monkeypatch.setattr(LineReader, "read", fail)
    monkeypatch.setattr(timeline, "session_files", fail)
    again = dict(_lines_and_timelines(sample, Memory(tmp_path / "memory")))
    assert {path: stage_page(page) for path, page in again.items()} == {
        path: stage_page(page) for path, page in pages.items()
    }


def test_lines_read_again_from_another_file_are_made_anew(tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    (tmp_path / "other").mkdir()
    memory = Memory(tmp_path / "memory")
    key = f"lines/{CLOCKED}.html"
    before = _line_digests(dict(_lines_and_timelines(sample, memory))[key], memory)
    written = write_sample(tmp_path / "other", ("another line",))
    for path in (sample.lake / "raw").rglob("*.parquet"):
        path.write_bytes((written.lake / path.relative_to(sample.lake)).read_bytes())
    after = _line_digests(dict(_lines_and_timelines(sample, memory))[key], memory)
    assert before != after


def _lines_and_timelines(sample: Sample, memory: Memory) -> Iterator[tuple[str, Page]]:
    for builder in (lines.build_pages, timeline.build_pages):
        for page in builder(sample.warehouse, sample.lake, SiteOptions(), memory):
            yield page.path, page


def _line_digests(page: Page, memory: Memory) -> list[str]:
    return [memory.digest(file) for file in page.files]
