"""The example's labels and truth: one truth per log, labels that took effect and point at real code."""

from tests.unit.examples.bistro_files import BISTRO, log_paths, read_rows

MOST_BYTES = 5_000_000


def test_the_logs_stay_small() -> None:
    assert sum(path.stat().st_size for path in log_paths()) <= MOST_BYTES


def test_every_log_has_one_truth_and_at_least_one_label() -> None:
    names = [path.name for path in log_paths()]
    assert [row["file"] for row in read_rows("truth.jsonl")] == names
    assert {row["file"] for row in read_rows("labels.jsonl")} == set(names)
    assert 36 <= len(names) <= 60


def test_a_healthy_session_has_no_other_label_and_no_failure() -> None:
    rows = read_rows("labels.jsonl")
    healthy = {row["file"] for row in rows if row["class"] == "healthy"}
    assert len(healthy) >= 12
    assert not healthy & {row["file"] for row in rows if row["class"] != "healthy"}
    for truth in read_rows("truth.jsonl"):
        if truth["file"] in healthy:
            summary = truth["summary"]
            assert summary["flows_completed"] == summary["flows_started"] > 0
            assert summary["flows_failed"] == summary["beats_failed"] == summary["handlers_failed"] == 0


def test_what_was_injected_took_effect() -> None:
    for row in read_rows("labels.jsonl"):
        if row["class"] not in ("healthy", "a_faster_handler") and "release" not in row["id"]:
            assert row["effective"], row["id"]
            assert row["affectedExecutions"] >= 1


def test_the_classes_of_fault_a_detector_is_judged_on_are_all_there() -> None:
    classes = {row["class"] for row in read_rows("labels.jsonl")}
    assert classes >= {
        "healthy", "a_slow_handler", "a_faster_handler", "b_handler_throws", "b2_beat_fails", "c_beat_execution_skip",
        "d_undeclared_beat", "e_topic_misrouted", "e_subscription_missing", "f_tab_closed", "h_storm",
    }  # fmt: skip


def test_a_label_names_the_line_of_its_handler() -> None:
    for row in read_rows("labels.jsonl"):
        where = row["where"]
        if "line" in where:
            line = (BISTRO / where["file"]).read_text("utf-8").splitlines()[where["line"] - 1]
            assert line.startswith(f"export const {where['handler']}:")


def test_one_handler_is_clearly_slower_since_one_release_and_another_faster_since_the_next() -> None:
    before, after = _mean("CartPlugin.priceCart", "1.5.0"), _mean("CartPlugin.priceCart", "1.6.0")
    assert after > 3 * before
    before, after = _mean("MenuPlugin.rankMenu", "1.6.0"), _mean("MenuPlugin.rankMenu", "1.7.0")
    assert after < before / 3


def _mean(handler: str, build: str) -> float:
    rows = [row["handlers"].get(handler) for row in read_rows("truth.jsonl") if row["build"] == build]
    counts = [row for row in rows if row]
    return float(sum(row["total_ms"] for row in counts) / sum(row["settled"] for row in counts))
