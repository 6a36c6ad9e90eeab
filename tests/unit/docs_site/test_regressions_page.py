"""The regressions page names what changed, by how much, since when and how sure that is; names stay names."""

from pathlib import Path

import duckdb

from docs_site.engine.site_options import SiteOptions
from docs_site.pages.regressions import build_pages
from docs_site.parts.findings import load_findings
from docs_site.parts.regression_words import change_sentence, effect, power_sentence, rate, since_sentence, suspects
from docs_site.queries.silent_gaps import load_sentence
from orchestration.warehouse import Row
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.synthetic_warehouse import empty_home, write_home

CHANGE: Row = {
    "unit_kind": "beat", "unit_name": "create", "comparison": "builds", "lifecycle": "new", "good_build": "one",
    "bad_build": "two", "first_bad_session_name": "s8", "last_good_session_name": "s7", "changed_at": None,
    "before_session_count": 7, "after_session_count": 7, "before_execution_count": 62, "after_execution_count": 53,
    "before_ms": 80.2, "after_ms": 126.7, "change_ms": 46.5, "change_ms_low": 32.6, "change_ms_high": 62.0,
    "false_discovery_rate": 0.000019, "smallest_visible_pct": 38.0, "handlers_change_ms": 50.0,
    "overhead_change_ms": -3.0, "cause_name": "createNode", "cause_kind": "handler", "change_per_session_ms": 352.0,
    "suspect_commit_count": 7, "suspect_commits": "aaaaaaa one\nbbbbbbb two",
}  # fmt: skip


def test_a_change_is_said_with_its_interval_its_n_and_its_parts() -> None:
    said = change_sentence(CHANGE)
    assert effect(CHANGE) in said
    assert "+46.5 ms" in said
    assert "95 % interval +32.6 ms to +62.0 ms" in said
    assert "n 62 in 7 sessions before, 53 in 7 sessions after" in said
    assert "under 0.0001" in said
    assert "+50.0 ms in handlers and \u22123.00 ms around them" in said
    assert "Explained by the change of the handler createNode" in said


def test_a_change_is_said_with_its_builds_and_sessions() -> None:
    assert since_sentence(CHANGE) == (
        "new: since build two, against one; first seen in session s8, last good session s7"
    )


def test_suspects_are_listed_and_the_rest_counted() -> None:
    assert suspects(CHANGE) == ["aaaaaaa one", "bbbbbbb two", "and 5 more commits"]
    assert suspects(CHANGE | {"suspect_commit_count": 0}) == []


def test_what_could_have_been_seen_is_said_also_when_nothing_was_compared() -> None:
    assert "name builds in sightline.toml" in power_sentence([])
    assert rate(None) == "not known"


def test_an_unknown_load_is_not_a_quiet_machine() -> None:
    assert "is not known" in load_sentence({"known_count": 0, "loaded_count": 0})


def test_the_page_of_a_warehouse_has_figures_tables_and_both_directions(tmp_path: Path) -> None:
    home = write_home(tmp_path, ["first", "second", "third"])
    (page,) = build_pages(home.warehouse, home.lake, SiteOptions())
    assert page.body.count('class="sl-figure"') >= 4
    assert page.body.index("{#regressions}") < page.body.index("{#improvements}") < page.body.index("{#power}")
    assert "and 6 more commits" in page.body


def test_the_overview_names_a_new_regression_of_a_sequence_with_its_evidence(tmp_path: Path) -> None:
    # Those of handlers stand there as recommendations.
    home = write_home(tmp_path, ["first", "second"])
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_regressions set unit_kind = 'sequence'")
    found = load_findings(home.warehouse, home.lake, home.quality)
    assert any(finding.kind == "regression" and len(finding.evidence) == 4 for finding in found)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    home = write_home(tmp_path, list(NAUGHTY_STRINGS[:20]))
    for page in build_pages(home.warehouse, home.lake, SiteOptions()):
        assert "<script>pwned()" not in page.body


def test_an_empty_warehouse_gives_words(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    (page,) = build_pages(home.warehouse, home.lake, SiteOptions())
    assert "No regressions found." in page.body
    assert "No two builds were compared" in page.body
