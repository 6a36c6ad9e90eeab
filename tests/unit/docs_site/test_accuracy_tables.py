"""The section on measured accuracy says its n, tells when it is out of date, and shows names from logs as text."""

import json
from pathlib import Path
from typing import Any

from docs_site.parts.accuracy_tables import describe_accuracy, load_accuracy

PAGE = "data-health.html"


def report(**changed: Any) -> dict[str, Any]:
    recall = {"made": 2, "found": 1, "recall_interval": [9.5, 90.5], "cause_first": 1, "cause_among_three": 1}
    return {
        "made_at": "2026-12-01T08:00:00+00:00",
        "judged_by": "these models",
        "seed": 1,
        "training_session_count": 32,
        "held_out_session_count": 16,
        "dropped": [],
        "total": recall,
        "kinds": [
            {
                "kind": "stall",
                "title": "Stands still",
                **recall,
                "found_simply": None,
                "named_by": {},
                "why_none": None,
            },
            {
                "kind": "storm",
                "title": "Storm",
                **{"made": 0, "found": 0, "recall_interval": None, "found_simply": None, "named_by": {}},
                "why_none": "no published <topic> leads to exactly one flow",
            },
        ],
        "checks": [
            {
                **{"source": "anomaly", "check": "rate_storm", "named": 3, "follows": 1, "false_alarms": 1},
                **{"already_there": 2, "precision_interval": [37.6, 96.4]},
            }
        ],
        "simple": {
            **{"made": 2, "found": 1, "recall_interval": [9.5, 90.5], "found_by_sightline": 2},
            **{"findings_per_untouched_session": 4.0, "sightline_per_untouched_session": 3.12},
        },
        "slower_builds": {"session_count": 3, "changes": []},
        "faults": [
            {
                **{"kind": "stall", "original_path": "one.log", "log_file_path": "one.made.log", "execution_count": 1},
                **{"handler_name": None, "topic": "<b>x</b>", "sequence_name": None},
                **{"first_line": 1200, "last_line": 1300, "is_found": False},
            }
        ],
        **changed,
    }


def test_nothing_is_shown_of_what_was_never_measured_or_cannot_be_read(tmp_path: Path) -> None:
    assert load_accuracy(tmp_path) is None
    (tmp_path / "accuracy.json").write_text("{half", encoding="utf-8")
    assert load_accuracy(tmp_path) is None
    (tmp_path / "accuracy.json").write_text(json.dumps({"made_at": "of another version"}), encoding="utf-8")
    assert load_accuracy(tmp_path) is None
    assert describe_accuracy(None, "", {}, PAGE) is None
    (tmp_path / "accuracy.json").write_text(json.dumps(report()), encoding="utf-8")
    assert load_accuracy(tmp_path) == report()


def test_the_figures_say_their_n_and_their_intervals() -> None:
    shown = describe_accuracy(report(), "these models", {"one.log": "abc"}, PAGE)
    assert shown is not None
    assert "1 of 2 known faults found (50.0%, 95% interval 10 to 90)" in shown.sentence
    assert "1 false alarm" in shown.sentence
    assert "16 held-out sessions" in shown.sentence
    assert "1 Dec 2026, seed 1" in shown.sentence
    assert "Not applicable: no published &lt;topic&gt;" in shown.kinds
    assert "80" in shown.checks
    assert "No build has enough sessions" in shown.slower_builds
    assert "sessions/abc.html" in shown.missed
    assert "&lt;b&gt;x&lt;/b&gt;" in shown.missed
    assert "<b>x" not in shown.missed


def test_figures_of_other_models_are_out_of_date() -> None:
    now, later = (describe_accuracy(report(), models, {}, PAGE) for models in ("these models", "other models"))
    assert now is not None
    assert later is not None
    assert (now.is_stale, later.is_stale) == (False, True)


def test_few_training_sessions_are_told() -> None:
    shown = describe_accuracy(report(training_session_count=4), "", {}, PAGE)
    assert shown is not None
    assert "Learned detectors need 20 sessions" in shown.sentence
