"""Slower handlers put into half of the sessions of one build.

Run as `python -m tests.benchmarks.made_regressions WAREHOUSE LOGS`. LOGS is a part of a log's path (`clean`, say),
whose sessions are split at random in two builds. In the second one each handler in turn gets 20, 50 or 100 ms more, or
twice its time, and so do the beats and flows it ran in. Counted are the changes found, those found of what the
comparison said it could see, true effects inside the interval, and alarms about anything else.
"""

import sys
from pathlib import Path

from orchestration.defs.proving.recorded import read_slower_builds
from orchestration.faults.slower_builds import CHANGES

SEED = 20261122


def main(warehouse: str, logs: str) -> None:
    """Print a row per change."""
    bench = read_slower_builds(Path(warehouse), lambda path: logs in path)
    print(f"{len(bench.sessions)} sessions, {len(bench.handlers())} handlers\n")
    print(
        "| Change | Tries | Found | Said to be visible | Found of these | True effect in its interval | Other alarms |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for change in CHANGES:
        all_ = list(bench.outcomes(change, bench.handlers(), SEED))
        visible = [one for one in all_ if one.is_visible]
        cells = (len(all_), sum(one.is_found for one in all_), len(visible), sum(one.is_found for one in visible),
                 sum(one.is_within for one in all_), sum(one.other_alarms for one in all_))  # fmt: skip
        print(f"| {change.words} | {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
