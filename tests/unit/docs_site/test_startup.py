"""How starts are told: sums that are the marts', words for what is not known, names that stay text."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.pages.session_start import mount_table, start_words
from docs_site.pages.startup_section import load_startup_section
from docs_site.queries.startup import load_startup
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home, write_home

HOSTILE = ("<script>alert(1)</script>", "Menu", "Cart")
START: dict[str, Any] = {
    "has_start": True, "startup_ms": 10_000.0, "before_mounts_ms": 1000.0, "mounting_ms": 500.0,
    "between_mounts_ms": 8000.0, "after_mounts_ms": 500.0, "mount_count": 4, "failed_mount_count": 1,
    "registered_sequence_count": 1, "subscription_count": 2, "subscribed_topic_count": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return write_home(tmp_path_factory.mktemp("startup"), HOSTILE, flows_per_session=1)


def test_plugins_have_the_counts_of_the_mart_in_the_order_they_are_mounted(home: Home) -> None:
    plugins = load_startup(home.warehouse).plugins
    assert [row["plugin_name"] for row in plugins] == list(HOSTILE)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        whole = connection.execute(
            "select count(*), count(*) filter (where is_success), count(*) filter (where not is_success), "
            "count(*) filter (where is_success is null) from marts.fct_plugin_mounts"
        ).fetchone()
    names = ("mount_count", "mounted_count", "failed_count", "unknown_count")
    assert tuple(sum(row[name] for row in plugins) for name in names) == whole == (9, 3, 3, 3)
    # From the end of the first mount at 14 ms to the second attempt at 20 ms, and from there to the third.
    assert [row["wait_p50_ms"] for row in plugins] == [None, 6, 10]


def test_without_attempts_in_the_log_no_failure_is_denied(tmp_path: Path) -> None:
    home = write_home(tmp_path, ("Menu",), flows_per_session=1, sessions=1)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_plugin_mounts set attempt_line_number = null, attempted_at = null")
    section = load_startup_section(home.warehouse, "performance.html")
    assert "Not known: the logs report 1 mount that succeeded, and no attempts." in section.failures


def test_the_section_escapes_what_logs_say(home: Home) -> None:
    section = load_startup_section(home.warehouse, "performance.html")
    text = "".join((section.parts, section.slowest, section.plugins, section.failures, section.sessions))
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert section.sentence.startswith("3 sessions show their start, 3 of them how long it took.")


def test_without_a_row_the_section_is_words(tmp_path: Path) -> None:
    section = load_startup_section(empty_home(tmp_path).warehouse, "performance.html")
    assert section.figure is None
    assert "No log shows a start" in section.sentence
    assert "No mount in any log." in section.failures
    assert "do not say how long a mount took" in section.slowest


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "The start took 10.0 s: 1.00 s before the first mount, 500 ms in mounts, 8.00 s between mounts, "
             "500 ms after the last mount. 4 mounts, 1 of them without success; 1 registered sequence; "
             "2 subscriptions of 1 topic."),
        ({"startup_ms": None, "after_mounts_ms": None}, "How long the start took is not known"),
        ({"has_start": False}, "The log shows nothing of this session's start."),
    ],
)  # fmt: skip
def test_a_session_says_how_it_started(changed: dict[str, Any], expected: str) -> None:
    assert start_words([START | changed]).startswith(expected)
    assert start_words([]) == "The log shows nothing of this session's start."


def test_a_mount_without_a_known_outcome_is_not_called_a_success() -> None:
    row = {"session_id": "s", "mount_number": 1, "plugin_name": "Menu", "is_success": None, "duration_ms": None,
           "is_already_mounted": False, "failure_message": None, "line_number": 3}  # fmt: skip
    table = mount_table([row], "sessions/s.html")
    assert ">unknown<" in table
    assert ">mounted<" not in table
