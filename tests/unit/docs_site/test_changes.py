"""What the overview says of earlier sites: only what differs, and never a comparison with itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from docs_site.figures.sparkline import MOST_POINTS, sparkline
from docs_site.queries.changes import MEASURES, changes_since
from docs_site.queries.history import KEPT, Snapshot, all_timing_changes, keep_snapshot, last_other, load_snapshots


def snapshot(stamp: str, findings: tuple[str, ...] = (), **figures: float | None) -> Snapshot:
    return Snapshot(stamp, {measure.name: figures.get(measure.name, 1) for measure in MEASURES}, list(findings))


def test_figures_that_differ_are_shown_with_whether_they_got_better() -> None:
    before = snapshot("t1", ("slow",), error_count=3, conformance_pct=90.0, session_count=4)
    now = snapshot("", ("broken",), error_count=1, conformance_pct=80.04, session_count=5)
    changes = changes_since([before], now)
    assert changes is not None
    assert [(c.title, c.before, c.now, c.tone) for c in changes.figures] == [
        ("Sessions", "4", "5", "info"),
        ("Flows as declared", "90.0 %", "80.0 %", "warning"),
        ("Errors", "3", "1", "good"),
    ]
    assert (changes.since, changes.appeared, changes.gone) == ("t1", ["broken"], ["slow"])


def test_a_site_made_again_from_the_same_data_is_compared_with_the_one_before_both() -> None:
    old, same = snapshot("t1", error_count=3), snapshot("t2", error_count=2)
    assert last_other([old, same], snapshot("", error_count=2)) == old
    assert changes_since([same], snapshot("", error_count=2)) is None
    assert changes_since([], same) is None


def test_a_figure_an_older_version_did_not_keep_is_unknown() -> None:
    changes = changes_since([Snapshot("t1", {}, [])], snapshot(""))
    assert changes is not None
    assert {change.before for change in changes.figures} == {"\N{EN DASH}"}


def test_snapshots_are_kept_once_in_order_and_not_for_ever(tmp_path: Path) -> None:
    for day in range(KEPT + 5):
        keep_snapshot(tmp_path, snapshot(f"2026-{day:05d}", error_count=day))
    keep_snapshot(tmp_path, snapshot("2027", error_count=KEPT + 4))
    kept = load_snapshots(tmp_path)
    assert len(kept) == KEPT
    assert (kept[0].figures["error_count"], kept[-1].figures["error_count"]) == (5, KEPT + 4)


def test_a_file_that_is_no_snapshot_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "0.json").write_text("{", encoding="utf-8")
    (tmp_path / "1.json").write_text('{"other": 1}', encoding="utf-8")
    keep_snapshot(tmp_path, snapshot("2026"))
    assert [kept.published_at for kept in load_snapshots(tmp_path)] == ["2026"]


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [None, 1.0, None, 2.0]])
def test_fewer_than_three_values_are_no_trend(values: list[float | None]) -> None:
    assert sparkline(values, "x") == ""


def test_a_sparkline_runs_from_the_first_value_to_the_last_within_its_box() -> None:
    drawn = sparkline([0.0, None, 5.0, 10.0], 'errors "per" session')
    assert 'd="M2.0 22.0 L50.0 12.0 L98.0 2.0"' in drawn
    assert 'aria-label="errors &quot;per&quot; session"' in drawn
    assert sparkline([float(i) for i in range(500)], "x").count("L") == MOST_POINTS - 1
    assert 'd="M2.0 22.0 L50.0 22.0 L98.0 22.0"' in sparkline([4.0, 4.0, 4.0], "x")


def timed(stamp: str, build: str, **timings: str) -> Snapshot:
    return Snapshot(stamp, {}, [], timings=timings, build=build)


def test_another_declared_timing_is_told_with_the_builds_on_both_sides() -> None:
    old, new = timed("t1", "1.0", pour="after-beat", boil="immediate"), timed("t2", "1.1", pour="immediate", wash="x")
    (change,) = all_timing_changes([old, timed("t1b", "1.0", pour="after-beat"), Snapshot("t1c", {}, []), new])
    assert (change.beat, change.before, change.now) == ("pour", "after-beat", "immediate")
    assert (change.published_before, change.build_before, change.build) == ("t1b", "1.0", "1.1")
    assert not old.says_the_same_as(new)
    changes = changes_since([replace(snapshot("t0"), timings=old.timings)], replace(snapshot(""), timings=new.timings))
    assert changes is not None
    assert changes.timings == ["pour: after-beat, now immediate"]


def test_a_snapshot_that_first_knows_timings_is_kept_and_is_no_change(tmp_path: Path) -> None:
    keep_snapshot(tmp_path, Snapshot("2026-1", {}, []))
    keep_snapshot(tmp_path, timed("2026-2", "1.0", pour="delayed"))
    keep_snapshot(tmp_path, timed("2026-3", "1.0", pour="delayed"))
    kept = load_snapshots(tmp_path)
    assert [one.published_at for one in kept] == ["2026-1", "2026-2"]
    assert all_timing_changes(kept) == []
    assert last_other(kept, timed("", "1.0", pour="delayed")) is None
