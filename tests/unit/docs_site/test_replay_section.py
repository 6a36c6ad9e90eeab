"""The replay section says how far flows replay, what the log lacks, and the commands; never log text as HTML."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.parts.replay_section import replay_section
from docs_site.queries.replays import load_missing_values, load_replay_levels

PAGE = "catalogue/sequences/ab.html"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_replay_bundles (flow_id varchar, sequence_id varchar, flow_status varchar, "
            "logged_replay_level varchar, replayability_pct double, fact_count bigint, divergence_class varchar, "
            "started_at timestamptz)"
        )
        connection.execute(
            "create table marts.fct_replay_inputs (flow_id varchar, state_key varchar, input_state varchar)"
        )
        connection.execute(
            "insert into marts.fct_replay_bundles values ('f1', 's', 'completed', 'live', 100, 4, null, null), "
            "('f2', 's', 'failed', 'stubbed', 60, 5, 'missing_beat', null), "
            "('f3', 's', 'never_started', 'none', 0, 1, null, null), "
            "('f4', null, 'completed', 'none', 90, 9, null, null)"
        )
        connection.execute(
            "insert into marts.fct_replay_inputs values ('f1', 'a', 'known'), ('f2', '<b>a</b>', 'not_logged'), "
            "('f2', '<b>a</b>', 'not_logged')"
        )
    return path


def section(warehouse: Path) -> str:
    return replay_section(load_replay_levels(warehouse)["s"], load_missing_values(warehouse)["s"], PAGE)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_levels_are_counted_over_the_flows_that_ran(warehouse: Path) -> None:
    said = words(section(warehouse))
    assert "80.0 % of what a replay needs is in log and code" in said
    assert "2 flows (60.0 to 100 % each)" in said
    assert "2 against the declaration, 2 by stubs, 1 live; 1 flow departs" in said


def test_the_gain_of_a_key_is_what_the_mean_score_would_gain(warehouse: Path) -> None:
    [row] = load_missing_values(warehouse)["s"]
    # Two of five facts of one of two flows: 40 points there, 20 on average.
    assert row["gain_pct"] == pytest.approx(20.0)
    assert (row["input_count"], row["flow_count"]) == (2, 1)


def test_the_commands_name_the_flow_the_log_says_most_of(warehouse: Path) -> None:
    html = section(warehouse)
    assert "<code>sightline replay f1</code>" in html
    assert 'href="../../how-to/replay.html"' in html


def test_keys_from_logs_are_text(warehouse: Path) -> None:
    html = section(warehouse)
    assert "<b>" not in html
    assert "&lt;b&gt;a&lt;/b&gt;" in html


def test_a_sequence_never_played_says_so() -> None:
    levels: Any = None
    assert "nothing to replay" in replay_section(levels, [], PAGE)
