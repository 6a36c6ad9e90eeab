"""All logs of the corpus: nothing is unreadable, nothing is lost, and the signals count what really happened.

What the marts make of them is tests/integration/test_corpus_truth.py.
"""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from orchestration.log_ingest.options import IngestOptions
from tests.unit.log_ingest.log_lake import Lake, assert_counts_add_up, ingest

pytestmark = pytest.mark.corpus

TRUTH_OF_SIGNAL = {
    "flow_started": "sequencesStarted",
    "flow_completed": "sequencesCompleted",
    "flow_failed": "sequencesFailed",
    "beat_started": "beatsStarted",
    "beat_completed": "beatsCompleted",
    "beat_failed": "beatsFailed",
}
# Sessions whose log and truth differ, and why.
EXCEPTIONS = {
    "clean/localhost-1795360255087.log": "production build with a paste: the truth misses a start (oddity 9)",
    "clean/localhost-1795360641030.log": "production build with two pastes (oddity 9)",
    "faulty/localhost-1795362910363.log": "saved while a storm was being written: the log goes on after the truth",
}


@pytest.fixture(scope="module")
def lake(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return ingest(corpus / "logs", tmp_path_factory.mktemp("corpus"), IngestOptions())


def test_every_log_is_read_and_at_most_one_line_in_a_thousand_is_rejected(lake: Lake, corpus: Path) -> None:
    assert lake.report.file_count_by_status == {"ok": len(list((corpus / "logs").rglob("*.log")))}
    assert lake.report.rejected_line_count <= lake.report.line_count / 1000
    assert_counts_add_up(lake)


def test_line_counts_are_those_of_the_files(lake: Lake, corpus: Path) -> None:
    for row in lake.table("log_files").sample(20, seed=1).iter_rows(named=True):
        data = (corpus / "logs" / row["log_file_path"]).read_bytes()
        assert row["line_count"] == data.count(b"\n") + (not data.endswith(b"\n"))
        assert row["byte_count"] == len(data)


def test_at_most_two_records_in_a_hundred_are_of_no_known_type(lake: Lake) -> None:
    assert lake.report.other_record_count <= lake.report.record_count / 50


def test_the_dialect_of_every_log_is_recognised(lake: Lake) -> None:
    files = lake.table("log_files")
    older = files.filter(pl.col("log_file_path").str.starts_with("older_dialect/"))
    assert set(older["dialect_name"]) == {"renderx-unstamped"}
    assert set(files["dialect_name"]) == {"renderx-unstamped", "renderx-development", "renderx-production"}


def test_nothing_in_these_logs_is_taken_for_a_secret(lake: Lake) -> None:
    assert lake.table("redactions").rows() == []


def test_flows_and_beats_are_as_many_as_really_ran(lake: Lake, corpus: Path) -> None:
    by_signal = lake.table("log_records").group_by("log_file_path", "signal").len()
    counts = {(path, signal): count for path, signal, count in by_signal.iter_rows()}
    different = {}
    for truth in sorted((corpus / "logs").rglob("*.truth.json.gz")):
        path = str(truth.relative_to(corpus / "logs")).replace(".truth.json.gz", ".log")
        summary = json.loads(gzip.decompress(truth.read_bytes()))["summary"]
        said = {signal: counts.get((path, signal), 0) for signal in TRUTH_OF_SIGNAL}
        really = {signal: summary[name] for signal, name in TRUTH_OF_SIGNAL.items()}
        if said != really:
            different[path] = (said, really)
    assert set(different) <= set(EXCEPTIONS), different
