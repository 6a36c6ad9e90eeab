"""Lift and trend of error groups: the numbers equal an independent computation, chance is not reported."""

import numpy as np
import pyarrow as pa
from scipy.stats import false_discovery_control, fisher_exact

from orchestration.analysis.errors.error_lift import LIFT_COLUMNS, lift_rows
from orchestration.analysis.errors.error_trend import Halves, judge_trends, trend_rows


def counted(tables: list[tuple[int, int, int, int]]) -> pa.Table:
    """Return features of failing units with, failing, passing with, passing."""
    rows = [
        {
            "error_group_id": "g", "unit_kind": "flow", "feature_kind": "build", "feature_value": f"v{number}",
            "failing_with_count": a, "failing_count": b, "passing_with_count": c, "passing_count": d,
            "session_count": 2,
        }
        for number, (a, b, c, d) in enumerate(tables)
    ]  # fmt: skip
    names = list(LIFT_COLUMNS)[:9]
    schema = pa.schema({name: LIFT_COLUMNS[name] for name in names})
    return pa.table({name: [row[name] for row in rows] for name in names}, schema=schema)


def test_p_values_are_those_of_fishers_exact_test_and_q_values_those_of_benjamini_and_hochberg() -> None:
    tables = [(8, 9, 3, 60), (5, 9, 30, 60), (9, 9, 12, 60), (4, 9, 2, 60)]
    shown = {row["feature_value"]: row for row in lift_rows(counted(tables)).to_pylist()}
    expected = [fisher_exact([[a, b - a], [c, d - c]], alternative="greater").pvalue for a, b, c, d in tables]
    q_values = false_discovery_control(expected)
    assert set(shown) == {f"v{number}" for number, q_value in enumerate(q_values) if q_value < 0.05}
    for number, (p_value, q_value) in enumerate(zip(expected, q_values, strict=True)):
        if f"v{number}" in shown:
            row = shown[f"v{number}"]
            assert np.isclose(row["p_value"], p_value, rtol=1e-9)
            assert np.isclose(row["q_value"], q_value, rtol=1e-9)


def test_chance_is_rarely_reported() -> None:
    generator = np.random.default_rng(7)
    tables = [(int(generator.binomial(12, 0.3)), 12, int(generator.binomial(200, 0.3)), 200) for _ in range(400)]
    assert lift_rows(counted(tables)).num_rows <= 2


def test_an_odds_ratio_stays_finite_where_no_passing_unit_has_the_feature() -> None:
    (row,) = lift_rows(counted([(9, 9, 0, 60)])).to_pylist()
    assert row["odds_ratio"] == (9.5 / 0.5) / (0.5 / 60.5)


def test_nothing_counted_is_nothing_reported() -> None:
    assert lift_rows(counted([])).num_rows == 0


def test_a_trend_needs_ten_sessions_and_significance() -> None:
    assert judge_trends([Halves(4, 4, 0, 4)]) == [("too few sessions", None)]
    words = [word for word, _ in judge_trends([Halves(20, 20, 0, 12), Halves(20, 20, 12, 0), Halves(20, 20, 2, 3)])]
    assert words == ["new", "gone", "steady"]


def test_sessions_are_put_in_the_order_of_their_start() -> None:
    sessions = pa.table(
        {
            "session_id": [f"s{number}" for number in range(12)],
            "started_at": [12 - number for number in range(12)],
            "log_file_path": [f"{number}.log" for number in range(12)],
        }
    )
    errors = pa.table({"error_group_id": ["g"] * 2, "session_id": ["s0", "s1"]})
    (row,) = trend_rows(errors, sessions).to_pylist()
    assert (row["earlier_with_count"], row["later_with_count"]) == (0, 2)
