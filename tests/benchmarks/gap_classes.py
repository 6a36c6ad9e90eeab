"""Gap classes beside what really happened: python tests/benchmarks/gap_classes.py WAREHOUSE LOGS

LOGS is a folder of logs with a truth file beside each (the corpus). The truth comes from a hook on the application's
event bus and from the driver's own list of user actions and injected stalls; it does not depend on the log.
Prints the confusion table that docs_site/docs/reference/gaps.md shows.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

# A gap is what covers the larger part of it.
LARGER_PART = 0.5
SELECT = """
select log_file_path, gap_class, epoch_ms(started_at) as start_ms, epoch_ms(ended_at) as end_ms
from marts.fct_silent_gaps order by log_file_path, line_number
"""


def intervals(truth: dict[str, Any], begins: str, ends: tuple[str, ...]) -> Iterator[tuple[float, float]]:
    """Yield when something was open, as epoch milliseconds; what never ended is open to the end."""
    opened: list[float] = []
    for happening in truth["truth"]["events"]:
        if happening["n"] == begins:
            opened.append(happening["w"])
        elif happening["n"] in ends and opened:
            yield opened.pop(), happening["w"]
    yield from ((start, float("inf")) for start in opened)


def covered(start: float, end: float, spans: Iterator[tuple[float, float]]) -> float:
    """Return the largest share of a gap that one span covers."""
    return max((max(0.0, min(end, to) - max(start, since)) / (end - start) for since, to in spans), default=0.0)


def stalls(truth: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Yield the injected stalls of the main thread."""
    for fault in truth["truth"]["faults"]:
        if fault.get("kind") == "stall":
            yield fault["from"], fault["to"]


def what_happened(truth: dict[str, Any], start: float, end: float) -> str:
    """Name what a gap really was."""
    if covered(start, end, stalls(truth)) >= LARGER_PART:
        return "injected stall"
    if covered(start, end, intervals(truth, "plugin:handler:start", ("plugin:handler:end",))) >= LARGER_PART:
        return "a handler ran"
    begun = [happening["w"] for happening in truth["truth"]["events"] if happening["n"] == "sequence-started"]
    if not begun or end <= min(begun) + 1:
        return "starting"
    ends = ("sequence-completed", "sequence-failed", "sequence-cancelled")
    if covered(start, end, intervals(truth, "sequence-started", ends)) >= LARGER_PART:
        return "a sequence ran"
    acted = [action["t"] for action in truth["meta"]["actions"] if action["t"] < end]
    if acted and end - max(start, max(acted)) >= LARGER_PART * (end - start):
        return "idle, a user action under way"
    return "idle"


def main(warehouse: str, logs: str) -> None:
    """Print the confusion table."""
    counts: Counter[tuple[str, str]] = Counter()
    truths: dict[str, dict[str, Any]] = {}
    with duckdb.connect(warehouse, read_only=True) as connection:
        gaps = connection.execute(SELECT).fetchall()
    for path, gap_class, start, end in gaps:
        beside = Path(logs) / f"{path.removesuffix('.log')}.truth.json.gz"
        if path not in truths:
            truths[path] = json.loads(gzip.decompress(beside.read_bytes()))
        counts[what_happened(truths[path], start, end), gap_class] += 1
    classes = sorted({gap_class for _, gap_class in counts})
    print("| What happened |", " | ".join(classes), "|")
    for happened in sorted({happened for happened, _ in counts}):
        print(f"| {happened} |", " | ".join(str(counts[happened, gap_class]) for gap_class in classes), "|")


if __name__ == "__main__":
    main(*sys.argv[1:3])
