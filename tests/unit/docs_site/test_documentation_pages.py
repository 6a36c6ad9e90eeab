"""Pages of topics, plugins, drift and changes of behaviour: declared beside observed, empty in words, hostile text."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.pages import behaviour, drift, handlers, plugin_pages, sequences, topic_pages
from docs_site.publish import PageBuilder
from docs_site.queries.changes import take_snapshot
from docs_site.queries.history import keep_snapshot
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home, tables, write_home


def insert(home: Home, table: str, *rows: dict[str, Any]) -> None:
    kinds = tables()[table]
    filled = {name: False if kind == "boolean" else 0 for name, kind in kinds.items() if kind in ("boolean", "bigint")}
    with duckdb.connect(str(home.warehouse)) as connection:
        for row in rows:
            values = filled | row
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" for _ in values)
            connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))


def pages(builder: PageBuilder, home: Home) -> dict[str, Page]:
    return {page.path: page for page in builder(home.warehouse, home.lake, SiteOptions())}


def one_build(name: str, number: int, sessions: int = 12) -> dict[str, Any]:
    return {"build": name, "build_number": number, "session_count": sessions}


def change(kind: str, subject: str, name: str, *, is_sure: bool) -> dict[str, Any]:
    return {
        "behaviour_change_id": f"{kind}{subject}{name}", "build": "1.6", "build_before": "1.5", "build_number": 2,
        "behaviour_change_kind": kind, "subject_kind": subject, "subject_id": "abc", "subject_name": name,
        "sequence_name": "Save", "session_count": 12, "build_session_count": 12, "other_session_count": 12,
        "p_value": 0.000001, "false_discovery_rate": 0.001 if is_sure else 0.6, "is_beyond_chance": is_sure,
        "example_session_id": "s1", "example_line_number": 7,
    }  # fmt: skip


def test_a_topics_page_says_what_is_declared_what_was_seen_and_of_how_many_sessions(tmp_path: Path) -> None:
    home = write_home(tmp_path, ["save"])
    insert(home, "marts.dim_topics", {"topic_id": "t1", "topic": "save", "is_in_manifest": True, "route_count": 1,
                                      "sequence_count": 1, "beat_execution_count": 48, "session_count": 3})  # fmt: skip
    (page,) = pages(topic_pages.build_pages, home).values()
    assert page.path == links.topic_url("t1")
    assert "in a manifest, 1 route; by beats of 1 sequence" in page.body
    assert "48 completed beats; the topic in 3 of 3 sessions" in page.body
    assert page.body.count("sequences/") >= 2, "the beats that publish it lead to their sequence"
    assert "3 sessions" in page.body


def test_a_topic_nobody_declares_and_nobody_hears_has_words_for_every_part(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    insert(home, "marts.dim_topics", {"topic_id": "t1", "topic": "stray"})
    (page,) = pages(topic_pages.build_pages, home).values()
    for words in ("in no manifest", "No route from this topic", "No beat declares this topic", "No line of the logs"):
        assert words in page.body


def test_a_plugins_page_adds_up_its_sequences_and_handlers(tmp_path: Path) -> None:
    home = write_home(tmp_path, ["cart"])
    found = pages(plugin_pages.build_pages, home)
    page = found[links.plugin_url("cart")]
    assert "of 1 declared sequence" in page.body
    assert "of 2 handlers" in page.body
    assert "Nothing it declares disagrees." in page.body


def test_drift_is_open_until_it_is_accepted_and_leads_to_its_subject_and_line(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    shared = {"drift_class": "handler_not_declared", "severity": "warning", "plugin_name": "P", "declared": "a line",
              "found": "it runs", "example_session_id": "s1", "example_line_number": 9}  # fmt: skip
    insert(home, "marts.dim_handlers", {"handler_id": "h1", "handler_name": "photograph", "plugin_name": "P"})
    insert(
        home,
        "marts.fct_declaration_drift",
        shared | {"drift_id": "1", "handler_name": "photograph"},
        shared | {"drift_id": "2", "handler_name": "other", "is_accepted": True, "accepted_reason": "a trial"},
        shared | {"drift_id": "3", "handler_name": "idle", "severity": "info"},
    )
    (page,) = pages(drift.build_pages, home).values()
    opened, rest = page.body.split("## Accepted")
    accepted, notes = rest.split("## Notes")
    assert "photograph" in opened
    assert "handlers/h1.html" in opened
    assert "lines/s1.html#L9" in opened
    assert "a trial" in accepted
    assert "idle" in notes


def test_without_drift_the_page_says_so(tmp_path: Path) -> None:
    (page,) = pages(drift.build_pages, empty_home(tmp_path)).values()
    assert "Nothing declared disagrees with the code" in page.body
    assert "the gate <code>--fail-on drift</code> holds" in page.body


def test_changes_beyond_chance_come_before_what_may_be_chance(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    insert(home, "reports.rpt_builds", one_build("1.5", 1), one_build("1.6", 2))
    insert(
        home,
        "marts.fct_behaviour_changes",
        change("new", "handler", "splitBill", is_sure=True),
        change("vanished", "topic", "bill:rare", is_sure=False),
    )
    (page,) = pages(behaviour.build_pages, home).values()
    sure, unsure = page.body.split("<details")
    assert "splitBill" in sure
    assert "12 of 12; none of 12" in sure
    assert "bill:rare" not in sure
    assert "bill:rare" in unsure


@pytest.mark.parametrize(("builds", "words"), [(0, "No session says"), (1, "there is none to compare it with")])
def test_without_two_builds_the_change_log_says_what_is_missing(tmp_path: Path, builds: int, words: str) -> None:
    home = empty_home(tmp_path)
    insert(home, "reports.rpt_builds", *(one_build("1.5", number + 1) for number in range(builds)))
    (page,) = pages(behaviour.build_pages, home).values()
    assert words in page.body


def test_the_first_site_of_a_home_does_not_say_that_no_timing_changed(tmp_path: Path) -> None:
    home, history = write_home(tmp_path, ["save"]), tmp_path / "history"
    before = take_snapshot(home.warehouse, "2026-11-22T08:00:00", ())
    assert before.timings

    def shown() -> str:
        (page,) = behaviour.build_pages(home.warehouse, home.lake, SiteOptions(history=history))
        return page.body

    assert "Not known yet: no site with declared beats" in shown()
    keep_snapshot(history, before)
    assert "No beat declares another timing" in shown()


def test_movements_have_an_address_and_parameters_an_example(tmp_path: Path) -> None:
    home = write_home(tmp_path, ["save"])
    with duckdb.connect(str(home.warehouse)) as connection:
        row = connection.execute("select handler_id from marts.dim_handlers order by 1").fetchone()
    assert row is not None
    place = {"session_id": "s1", "log_file_path": "a.log", "line_number": 7, "flow_id": "f1", "topic": "save"}
    key = {"mutation_id": "m", "state_key": "note", "value_type": "string", "value_after": "no onions"}
    insert(home, "marts.fct_state_mutations", place | key | {"handler_id": row[0], "sequence_name": "save"})
    sequence = next(page for path, page in pages(sequences.build_pages, home).items() if path != links.SEQUENCES)
    assert 'id="movement-1"' in sequence.body
    assert "no onions" in sequence.body
    assert "no onions" in pages(handlers.build_pages, home)[links.handler_url(row[0])].body


class Elements(HTMLParser):
    """What a browser would make of a page: the elements and attributes it may not have."""

    def __init__(self) -> None:
        super().__init__()
        self.dangerous: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "img", "svg", "object"):
            self.dangerous.append(tag)
        self.dangerous += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    names = list(enumerate(NAUGHTY_STRINGS[:60]))
    drifted = {"drift_class": "topic_not_in_manifest", "severity": "warning"}
    insert(home, "marts.dim_topics", *({"topic_id": f"t{n}", "topic": text} for n, text in names))
    insert(
        home,
        "marts.dim_handlers",
        *({"handler_id": f"h{n}", "handler_name": text, "plugin_name": text, "owners": text} for n, text in names),
    )
    insert(
        home,
        "marts.fct_declaration_drift",
        *(drifted | {"drift_id": f"d{n}", "topic": text, "declared": text, "found": text} for n, text in names),
    )
    insert(home, "marts.fct_behaviour_changes", *(change("new", "error", text, is_sure=True) for _, text in names))
    insert(home, "reports.rpt_builds", one_build("1.5", 1), one_build("1.6", 2))
    for builder in (topic_pages.build_pages, plugin_pages.build_pages, drift.build_pages, behaviour.build_pages):
        for page in builder(home.warehouse, home.lake, SiteOptions()):
            elements = Elements()
            elements.feed(page.body)
            assert elements.dangerous == [], page.path
