"""Change points on synthetic series: python tests/benchmarks/change_point_benchmark.py [--otava PYTHON]

Series of 70 points with one step of 20 or 50 %, or none, noise of 5 or 15 % (log-normal), and 0 or 4 % of outliers (2
to 10 times as large). A change within five points of the true place is a hit; every other one is a false alarm. PYTHON
is an interpreter that has apache-otava, which is judged on the same series; it is no dependency of the project.
"""

import argparse
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from orchestration.analysis.regressions.change_points import Numbers, find_change_points

POINTS, SERIES, NEAR = 70, 200, 5
SEED = 20261122
OTAVA = """
import json, sys
from otava.analysis import compute_change_points
for line in sys.stdin:
    found, _ = compute_change_points(json.loads(line), window_len=50, max_pvalue=0.001, min_magnitude=0.0)
    print(json.dumps([int(change.index) for change in found]))
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of series."""

    step: float
    variation: float
    outliers: float


def cells() -> Iterator[Cell]:
    """Yield the kinds of series, those without a step last."""
    for step in (0.2, 0.5, 0.0):
        for variation in (0.05, 0.15):
            for outliers in (0.0, 0.04):
                yield Cell(step, variation, outliers)


def series_of(cell: Cell, random: np.random.Generator) -> tuple[Numbers, int | None]:
    """Return durations in milliseconds, and the place of the step."""
    deviation = np.sqrt(np.log1p(cell.variation**2))
    values = 100 * random.lognormal(0, deviation, POINTS)
    place = int(random.integers(15, POINTS - 14)) if cell.step else None
    if place is not None:
        values[place:] *= 1 + cell.step
    is_outlier = random.random(POINTS) < cell.outliers
    values[is_outlier] *= random.uniform(2, 10, is_outlier.sum())
    return values, place


def judge(found: list[list[int]], places: list[int | None]) -> dict[str, float]:
    """Return F1 and false alarms per hundred series."""
    hits = false = missed = 0
    for positions, place in zip(found, places, strict=True):
        near = [position for position in positions if place is not None and abs(position - place) <= NEAR]
        hits += bool(near)
        missed += place is not None and not near
        false += len(positions) - bool(near)
    f1 = 2 * hits / (2 * hits + false + missed) if hits + missed else float("nan")
    return {"f1": f1, "false": 100 * false / len(places)}


def by_otava(python: str, values: list[Numbers]) -> list[list[int]]:
    """Return the changes Otava finds, with its defaults."""
    lines = "\n".join(json.dumps(list(series)) for series in values)
    done = subprocess.run([python, "-c", OTAVA], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    """Print the table of the documentation."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--otava")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    random = np.random.default_rng(arguments.seed)
    print("| Step | Noise | Outliers | F1 | False alarms per 100 | Otava: F1 | Otava: false alarms per 100 |")
    for cell in cells():
        made = [series_of(cell, random) for _ in range(SERIES)]
        places = [place for _, place in made]
        own = judge([[c.position for c in find_change_points(np.log(values))] for values, _ in made], places)
        row = f"| {cell.step:.0%} | {cell.variation:.0%} | {cell.outliers:.0%} | {own['f1']:.2f} | {own['false']:.1f} |"
        if arguments.otava:
            other = judge(by_otava(arguments.otava, [values for values, _ in made]), places)
            row += f" {other['f1']:.2f} | {other['false']:.1f} |"
        print(row)


if __name__ == "__main__":
    main()
