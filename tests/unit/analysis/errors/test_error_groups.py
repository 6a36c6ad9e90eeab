"""Errors are put into groups: measured over labelled records, and the rules one by one."""

import pyarrow as pa
import pytest

from orchestration.analysis.errors import error_cascade
from orchestration.analysis.errors.error_cascade import Cause, ErrorRecord, find_causes
from orchestration.analysis.errors.error_frames import GROUP_COLUMNS, group_rows
from tests.unit.analysis.errors.labelled_errors import (
    corpora,
    error_row,
    error_table,
    pair_score,
    read_corpus,
)

NO_FILES = pa.table({"code_file_path": pa.array([], pa.string()), "is_test": pa.array([], pa.bool_())})
NO_SYMBOLS = pa.table(
    {
        "code_file_path": pa.array([], pa.string()),
        "code_function_name": pa.array([], pa.string()),
        "code_line_number": pa.array([], pa.int64()),
        "code_end_line_number": pa.array([], pa.int64()),
        "is_test": pa.array([], pa.bool_()),
    }
)
NO_HANDLERS = pa.table(
    {
        name: pa.array([], kind)
        for name, kind in {
            "plugin_name": pa.string(), "handler_name": pa.string(), "code_file_path": pa.string(),
            "code_function_name": pa.string(), "code_line_number": pa.int64(),
        }.items()
    }
)  # fmt: skip
LEAST_F1 = 0.95


def groups_of(errors: pa.Table) -> dict[str, str]:
    grouped = group_rows(errors, NO_FILES, NO_SYMBOLS, NO_HANDLERS)
    return dict(zip(grouped["error_id"].to_pylist(), grouped["error_group_id"].to_pylist(), strict=True))


@pytest.mark.parametrize("path", corpora(), ids=lambda path: path.stem)
def test_groups_agree_with_the_labels_of_a_corpus(path) -> None:
    errors, labels = read_corpus(path)
    score = pair_score(labels, groups_of(errors))
    assert (score.precision >= LEAST_F1, score.recall >= LEAST_F1, score.f1 >= LEAST_F1) == (True, True, True), score


def test_groups_agree_with_all_labels_together() -> None:
    labels: dict[str, str] = {}
    tables = []
    for path in corpora():
        errors, found = read_corpus(path)
        tables.append(errors)
        labels |= {error_id: f"{path.stem}/{label}" for error_id, label in found.items()}
    score = pair_score(labels, groups_of(pa.concat_tables(tables)))
    assert len(labels) >= 200
    assert score.f1 >= LEAST_F1, score


def cascade() -> list[dict[str, object]]:
    shared = {"flow_number": 1, "execution_number": 2, "plugin_name": "Pay", "error_message": "down: ECONNREFUSED"}
    return [
        error_row("request", "network_failed", line_number=1, network_url="http://pay.example/a")
        | {"flow_number": 1, "execution_number": 2, "error_message": "ECONNREFUSED"},
        error_row("handler", "handler_failed", line_number=2, handler_name="charge", **shared),
        error_row("beat", "beat_failed", line_number=3, handler_name="charge", **shared),
        error_row("movement", "movement_failed", line_number=4, **shared),
        error_row("flow", "flow_failed", line_number=5, **shared),
        error_row("summary", "unnamed_error", line_number=6, is_named=False, flow_number=1, execution_number=2),
    ]


def grouped(rows: list[dict[str, object]]) -> dict[str, dict[str, object]]:
    table = group_rows(error_table(rows), NO_FILES, NO_SYMBOLS, NO_HANDLERS)
    return {row["error_id"]: row for row in table.to_pylist()}


def test_a_cascade_is_one_group_with_the_request_as_its_root() -> None:
    found = grouped(cascade())
    assert {row["root_error_id"] for row in found.values()} == {"request"}
    assert len({row["error_group_id"] for row in found.values()}) == 1
    assert [row["error_id"] for row in found.values() if not row["is_consequence"]] == ["request"]


def test_a_failed_request_is_not_blamed_for_an_error_that_does_not_speak_of_it() -> None:
    rows = [cascade()[0], cascade()[1] | {"error_message": "cannot round NaN"}]
    assert grouped(rows)["handler"]["root_error_id"] == "handler"


def test_a_beat_that_failed_before_its_handler_ran_is_no_error_the_handler_threw() -> None:
    shared = {"plugin_name": "Pay", "handler_name": "charge", "error_message": "no", "flow_number": 1}
    found = grouped(
        [
            error_row("thrown", "handler_failed", line_number=1, execution_number=1, **shared),
            error_row("before", "beat_failed", line_number=2, execution_number=2, **shared),
        ]
    )
    assert found["thrown"]["error_group_id"] != found["before"]["error_group_id"]


def test_an_error_whose_words_are_lost_joins_the_only_group_of_its_handler_and_no_one_of_two() -> None:
    shared = {"plugin_name": "Pay", "handler_name": "charge"}
    known = [error_row("known", "handler_failed", line_number=1, error_message="empty purse", **shared)]
    lost = [error_row("lost", "handler_failed", line_number=5, **shared)]
    other = [error_row("other", "handler_failed", line_number=9, error_message="broken card", **shared)]
    one = grouped(known + lost)
    assert one["lost"]["error_group_id"] == one["known"]["error_group_id"]
    assert len({row["error_group_id"] for row in grouped(known + lost + other).values()}) == 3


def test_an_error_whose_words_are_lost_belongs_to_its_session_first() -> None:
    shared = {"plugin_name": "Pay", "handler_name": "charge"}
    known = error_row("known", "handler_failed", line_number=1, error_message="empty purse", **shared)
    lost = error_row("lost", "handler_failed", line_number=5, **shared)
    other = known | {"error_id": "other", "error_message": "broken card", "session_id": "r", "log_file_path": "r.log"}
    found = grouped([known, lost, other])
    assert found["lost"]["error_group_id"] == found["known"]["error_group_id"] != found["other"]["error_group_id"]


def test_a_later_log_changes_no_groups_id() -> None:
    early = error_row("a", "handler_failed", line_number=1, plugin_name="P", handler_name="h", seen_at=1)
    early["error_message"] = "no tea left in the pot"
    late = early | {"error_id": "b", "line_number": 2, "seen_at": 2, "error_message": "no sugar left in the pot"}
    site = {"detail": "    at h (x.ts:1:1)"}
    alone, both = grouped([early | site]), grouped([early | site, late | site])
    assert alone["a"]["error_group_id"] == both["a"]["error_group_id"] == both["b"]["error_group_id"]


def test_no_errors_make_no_groups() -> None:
    table = group_rows(error_table([]), NO_FILES, NO_SYMBOLS, NO_HANDLERS)
    assert (table.num_rows, table.column_names) == (0, list(GROUP_COLUMNS))


def test_each_failure_of_a_flow_that_fails_all_the_time_is_compared_with_few(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ("handler_failed", "beat_failed", "movement_failed", "network_failed", "error_logged")
    records = [
        ErrorRecord(str(line), kinds[line % 5], line, 1, 1, line // 20, "no route", network_url=f"http://h{line % 3}/")
        for line in range(5_000)
    ]
    compared: list[ErrorRecord] = []
    words = error_cascade._words

    def count(record: ErrorRecord) -> str:
        compared.append(record)
        return words(record)

    monkeypatch.setattr(error_cascade, "_words", count)
    causes = find_causes(records)
    assert len(compared) < 3 * len(records)
    assert causes["4996"] == Cause("4995", "the handler below failed")
