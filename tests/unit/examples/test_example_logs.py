"""The example's logs through the real engine: understood to the last line, and equal to the counts kept beside them."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from orchestration.domain.tables import LOG_FILES, LOG_RECORDS, REDACTIONS
from orchestration.lake import table_folder
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.unit.examples.bistro_files import BISTRO, log_paths, read_rows

SIGNALS_OF_SUMMARY = {
    "flows_started": "flow_started",
    "flows_completed": "flow_completed",
    "flows_failed": "flow_failed",
    "beats_started": "beat_started",
    "beats_completed": "beat_completed",
    "beats_failed": "beat_failed",
    "handlers_started": "handler_started",
    "handlers_settled": "handler_settled",
    "handlers_failed": "handler_failed",
}
SIGNALS_OF_A_FLOW = [
    "sequence_requested", "flow_queued", "flow_started", "flow_completed", "flow_failed",
    "movement_started", "movement_completed", "movement_failed",
    "beat_started", "beat_completed", "beat_failed", "beat_retried", "subscribers_found", "subscribers_absent",
    "handler_started", "handler_settled", "handler_failed", "state_changed", "state_unchanged", "network_failed",
]  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake that holds the example's logs."""
    lake = tmp_path_factory.mktemp("bistro") / "lake"
    ingest_logs([BISTRO / "logs"], lake, IngestOptions(workers=1))
    return lake


@pytest.fixture(scope="module")
def records(lake: Path) -> pl.DataFrame:
    """Return the records of all sessions, each with the name of its file."""
    frame = pl.read_parquet(table_folder(lake, LOG_RECORDS) / "**" / "*.parquet")
    return frame.with_columns(file=pl.col("log_file_path").str.split("/").list.last())


def test_every_log_is_recognised_and_read_to_the_last_line(lake: Path) -> None:
    files = pl.read_parquet(table_folder(lake, LOG_FILES) / "**" / "*.parquet")
    assert len(files) == len(log_paths())
    assert set(files["ingest_status"]) == {"ok"}
    assert set(files["dialect_name"]) == {"bistro"}
    assert set(files["correlation"]) == {"request_id"}
    sums = files.select(pl.sum("rejected_line_count", "other_record_count", "held_back_byte_count")).row(0)
    assert sums == (0, 0, 0)


def test_a_session_says_each_thing_as_often_as_it_happened(records: pl.DataFrame) -> None:
    said = {file: Counter(rows["message_type"]) for (file,), rows in records.group_by("file")}
    for truth in read_rows("truth.jsonl"):
        happened = {kind.replace(".", "_"): count for kind, count in truth["events"].items()}
        assert dict(said[truth["file"]]) == happened, truth["file"]


def test_the_signals_of_a_session_equal_its_truth(records: pl.DataFrame) -> None:
    said = {file: Counter(rows["signal"]) for (file,), rows in records.group_by("file")}
    for truth in read_rows("truth.jsonl"):
        observed = {name: said[truth["file"]][signal] for name, signal in SIGNALS_OF_SUMMARY.items()}
        assert observed == truth["summary"], truth["file"]


def test_every_record_of_a_flow_carries_its_id(records: pl.DataFrame) -> None:
    of_a_flow = records.filter(pl.col("signal").is_in(SIGNALS_OF_A_FLOW))
    assert set(of_a_flow["signal"]) == set(SIGNALS_OF_A_FLOW)
    assert of_a_flow["request_id"].null_count() == 0


def test_every_record_has_a_time(records: pl.DataFrame) -> None:
    assert records["emitted_at"].null_count() == 0
    assert records["emitted_at"].min().isoformat().startswith("2026-11-09")  # type: ignore[union-attr]


def test_handler_records_say_who_ran_where_and_for_how_long(records: pl.DataFrame) -> None:
    settled = records.filter(pl.col("signal") == "handler_settled")
    fields = ["topic", "subscriber_index", "handler_name", "plugin_name", "request_id", "duration_ms"]
    assert settled.select(fields).null_count().row(0) == (0,) * len(fields)
    stated = settled.group_by("file", name=pl.col("plugin_name") + "." + pl.col("handler_name")).agg(
        pl.col("duration_ms").sum()
    )
    sums = {(file, name): duration for file, name, duration in stated.iter_rows()}
    for truth in read_rows("truth.jsonl"):
        for name, count in truth["handlers"].items():
            assert sums.get((truth["file"], name), 0) == pytest.approx(count["total_ms"], abs=0.01)


def test_beat_records_say_which_beat_of_which_sequence(records: pl.DataFrame) -> None:
    beats = records.filter(pl.col("signal").is_in(["beat_started", "beat_completed", "beat_failed"]))
    fields = ["beat_number", "topic", "sequence_name", "movement_name", "request_id"]
    assert beats.select(fields).null_count().row(0) == (0,) * len(fields)
    assert records.filter(pl.col("signal") == "beat_completed")["duration_ms"].null_count() == 0


def test_a_stack_trace_belongs_to_its_error_and_points_at_the_sources(records: pl.DataFrame) -> None:
    failed = records.filter(pl.col("signal") == "handler_failed")
    assert failed.filter(~pl.col("detail").str.contains(r"\(src/modules/\w+/handlers\.ts:\d+:\d+\)")).is_empty()
    assert failed.select("error_class", "error_message", "handler_name").null_count().row(0) == (0, 0, 0)
    assert records.filter(pl.col("detail").is_not_null())["signal"].unique().to_list() == ["handler_failed"]


def test_flows_overlap_in_time(records: pl.DataFrame) -> None:
    spans = (
        records.filter(pl.col("signal").is_in(["flow_started", "flow_completed"]))
        .group_by("file", "request_id")
        .agg(start=pl.col("line_number").min(), end=pl.col("line_number").max())
        .sort("file", "start")
        .with_columns(previous_end=pl.col("end").shift(1).over("file"))
    )
    assert spans.filter(pl.col("start") < pl.col("previous_end")).height >= 100


def test_what_users_typed_is_kept_and_secrets_are_not(lake: Path, records: pl.DataFrame) -> None:
    text = "\n".join(records["message"])
    for fragment in ("<script>alert(1)</script>", "{{ 7*7 }}", "DROP TABLE", "🙏", "一人前"):
        assert fragment in text
    assert "@example.org" not in text
    assert "fake-example-token" not in text
    redacted = pl.read_parquet(table_folder(lake, REDACTIONS) / "**" / "*.parquet")
    assert {"email_address", "bearer_token"} <= set(redacted["redaction_rule"])
