"""False alarms on equal sessions: python tests/benchmarks/regression_benchmark.py WAREHOUSE BUILD [TIMES]

Splits the sessions of one build at random in halves, which differ by nothing, and counts the changes reported. Prints
the alarms, the tries with one or more, and the smallest change that would have been seen. WAREHOUSE holds a run over
logs whose builds are named (for the corpus: its folder regression, by labels.jsonl, in [builds] of sightline.toml).
"""

import sys

import duckdb
import numpy as np

from orchestration.analysis.regressions.level_comparison import (
    ComparisonOptions,
    compare,
    false_discovery_rates,
    restrict,
    smallest_visible,
)
from orchestration.analysis.regressions.regression_frames import judge_changes, read_panel

SEED = 20261122
LEVELS = "select * from intermediate.int_unit_levels__measured"


def main(warehouse: str, build: str, times: int = 100) -> None:
    """Print what is found between the builds, and what between halves of one."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        levels = connection.execute(LEVELS).to_arrow_table()
    for row in judge_changes(levels).to_pylist():
        if row["is_change"]:
            interval = f"{row['change_ms']:+.1f} ms ({row['change_ms_low']:+.1f} to {row['change_ms_high']:+.1f})"
            print(row["comparison"], row["good_build"], row["bad_build"], row["unit_kind"], row["unit_id"], interval)
    panel = read_panel(levels)
    within = np.array([session.build == build for session in panel.sessions])
    chosen, options = restrict(panel.levels, within), ComparisonOptions()
    random = np.random.default_rng(SEED)
    alarms, visible = [], []
    for _ in range(times):
        is_after = np.zeros(within.sum(), dtype=np.bool_)
        is_after[random.permutation(len(is_after))[: len(is_after) // 2]] = True
        shift = compare(chosen, is_after, options)
        rates = false_discovery_rates(shift.p_value)
        alarms.append(int(np.nansum(rates <= options.false_discovery)))
        visible.append(float(np.nanmedian(smallest_visible(shift, rates, options))))
    tries = np.count_nonzero(alarms)
    print(f"{build}: {within.sum()} sessions, {times} times in halves: {sum(alarms)} alarms in {tries} tries")
    print(f"half of the units would have shown {100 * np.expm1(np.median(visible)):.0f}%")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100)
