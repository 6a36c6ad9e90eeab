"""The marts say of every session of the corpus what really happened in it, counted by somebody else.

Built once for all tests of this module: logs, declarations, warehouse. Exceptions are in corpus_truth.py, by name.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.validate import validate
from tests.corpus import corpus_path
from tests.integration.corpus_truth import (
    EXCEPTIONS,
    FOLDERS,
    account_of_marts,
    account_of_truth,
    baton_changes,
    beat_durations,
    read_truth,
    session_names,
    shown_request_ids,
    stated_beat_durations,
)

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

CORPUS = corpus_path()
SESSIONS = [
    pytest.param(folder, name, id=f"{folder}/{name.removeprefix('localhost-')}")
    for folder in FOLDERS
    for name in (session_names(CORPUS, folder) if CORPUS else ())
]
EVERY_SESSION = pytest.mark.parametrize(("folder", "session"), SESSIONS)


@pytest.fixture(scope="module")
def marts(corpus_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(corpus_home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def differences(found: dict[str, object], true: dict[str, object]) -> dict[str, str]:
    """Say per figure what was found and what is true; of tables and lists only the entries that differ."""
    return {name: _difference(found[name], true[name]) for name in true if found[name] != true[name]}


def _difference(found: object, true: object) -> str:
    if isinstance(found, dict) and isinstance(true, dict):
        keys = sorted(key for key in found.keys() | true.keys() if found.get(key) != true.get(key))
        return "; ".join(f"{key}: found {found.get(key, 0)}, true {true.get(key, 0)}" for key in keys)
    if isinstance(found, list) and isinstance(true, list):
        first = next((i for i, pair in enumerate(zip(found, true, strict=False)) if pair[0] != pair[1]), len(true))
        return f"{len(found)} found, {len(true)} true, first difference at {first}: {found[first : first + 1]}"
    return f"found {found}, true {true}"


@EVERY_SESSION
def test_flows_beats_handlers_and_request_ids_are_those_of_the_truth(
    folder: str, session: str, corpus: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    truth = read_truth(corpus / "logs" / folder / f"{session}.truth.json.gz")
    differing = differences(account_of_marts(marts, session).figures(), account_of_truth(truth).figures())
    allowed = EXCEPTIONS[session][0] if session in EXCEPTIONS else frozenset()
    assert {name: words for name, words in differing.items() if name not in allowed} == {}


@EVERY_SESSION
def test_beat_durations_are_those_of_the_applications_own_tracker(
    folder: str, session: str, corpus: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    log = (corpus / "logs" / folder / f"{session}.log").read_text(encoding="utf-8", errors="replace")
    assert beat_durations(marts, session) == stated_beat_durations(log)


@EVERY_SESSION
def test_every_request_id_the_log_shows_is_on_its_flow(
    folder: str, session: str, corpus: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    log = (corpus / "logs" / folder / f"{session}.log").read_text(encoding="utf-8", errors="replace")
    found = [request_id for _, request_id in account_of_marts(marts, session).request_ids]
    shown = set(shown_request_ids(log))
    assert [request_id for request_id in found if request_id in shown] == list(dict.fromkeys(shown_request_ids(log)))


@pytest.mark.parametrize("session", sorted(EXCEPTIONS))
def test_an_exception_is_still_needed(session: str, corpus: Path, marts: duckdb.DuckDBPyConnection) -> None:
    (path,) = (corpus / "logs").glob(f"*/{session}.truth.json.gz")
    found, true = account_of_marts(marts, session).figures(), account_of_truth(read_truth(path)).figures()
    assert set(differences(found, true)) == EXCEPTIONS[session][0]


def test_every_log_of_the_corpus_is_ingested_and_almost_no_line_is_rejected(marts: duckdb.DuckDBPyConnection) -> None:
    statuses = marts.execute("select ingest_status, count(*) from staging.stg_logs__log_files group by all").fetchall()
    rejected, lines = marts.execute(
        "select sum(rejected_line_count), sum(line_count) from staging.stg_logs__log_files"
    ).fetchall()[0]
    assert statuses == [("ok", len(SESSIONS))]
    assert rejected <= 0.001 * lines


def test_every_line_is_in_a_record_rejected_or_blank(marts: duckdb.DuckDBPyConnection) -> None:
    uneven = marts.execute(
        """
        select log_file_path from staging.stg_logs__log_files
        where line_count <> record_line_count + rejected_line_count + blank_line_count
        """
    ).fetchall()
    assert uneven == []


@pytest.mark.parametrize(("table", "count"), [("dim_sequences", 49), ("dim_beats", 106), ("dim_handlers", 93)])
def test_everything_declared_is_in_the_dimensions(
    table: str, count: int, corpus: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    condition = "where is_declared" if table == "dim_handlers" else ""
    assert marts.execute(f"select count(*) from marts.{table} {condition}").fetchall() == [(count,)]


def test_an_older_log_gives_order_and_durations_and_no_invented_times(
    corpus: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    for session in session_names(corpus, "older_dialect"):
        flows = marts.execute(
            """
            select count(*), count(duration_ms), count(started_at), count(ended_at), count(queued_at)
            from marts.fct_flows where session_name = ? and status = 'completed'
            """,
            [session],
        ).fetchall()[0]
        assert flows[0] == flows[1] > 0
        assert flows[2:] == (0, 0, 0)


# No code is scanned here, so these speak of what is missing; the freshness of a corpus only falls.
NOT_JUDGED = {
    "most_handlers_are_found_in_one_place",
    "few_handlers_are_lost",
    "handlers_lead_to_code",
    "tests_are_found",
    "most_used_handlers_are_tested",
    "logs_are_fresh",
}


# Checks of things one by one, and the class of fault that was injected into some session of the corpus.
FAULTS_OF_CHECKS = {
    "no_flow_fails": "b2",
    "no_flow_hangs": "f",
    "every_sequence_conforms": "b to d, and events its own guards block",
    "no_beat_fails": "b2",
    "no_beat_is_missing": "c",
    "no_beat_is_undeclared": "d",
    "no_beat_repeats": "c",
    "every_beat_keeps_its_place": "c",
    "every_beat_reaches_its_handler": "e",
    "no_handler_fails": "b",
    "every_topic_follows_its_routes": "e",
    "every_request_finds_its_target": "plugins that two sessions ask for and none offers",
    "no_event_is_blocked": "blocked by the guards of the application",
    "nothing_storms": "h",
    "no_session_is_unusual": "a",
}


def test_the_expectations_hold_on_the_corpus_but_for_what_was_injected(corpus_home: Path) -> None:
    warehouse, lake = corpus_home / "warehouse.duckdb", corpus_home / "lake"
    results = [*validate(warehouse, lake, "raw"), *validate(warehouse, lake, "marts")]
    failed = {result.check_name: result for result in results if not result.is_success}
    assert {name for name in failed if name not in NOT_JUDGED} == {
        *FAULTS_OF_CHECKS,
        "no_handler_takes_most_of_the_time",  # handlers that wait for the user: file dialogs
        "failed_requests_are_rare",  # recorded without the services behind the application
    }
    assert failed["no_flow_fails"].things == ("Canvas Component Create, beat 3",)
    assert failed["no_flow_fails"].examples[0].startswith("localhost-1795360913426.log:")


def test_changes_of_state_equal_the_baton_rows_of_the_logs(corpus: Path, marts: duckdb.DuckDBPyConnection) -> None:
    said = baton_changes(corpus)
    signs = {"added": "+", "updated": "~", "removed": "-"}
    found = marts.execute("select mutation_kind, state_key, count(*) from marts.fct_state_mutations group by all")
    assert {(signs[kind], key): count for kind, key, count in found.fetchall()} == said
    assert sum(said.values()) > 10_000
