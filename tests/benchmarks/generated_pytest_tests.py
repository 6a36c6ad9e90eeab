"""Prove the tests for pytest that a log suggests: green three times on the application, red on faults put into it.

    python tests/benchmarks/generated_pytest_tests.py FOLDER [--listed]

FOLDER is a copy of tests/corpora/python_application with its log, a sightline.toml and the home `.sightline` that
`sightline run` built from them. Faults are put into its handlers one at a time (python_mutants.py). Constants outside
of functions are no faults of a handler, but the prices, sizes and limits they hold are: these count as numbers too.
"""

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from python_mutants import PythonMutant, python_mutants

_REPEATS = 3
_BAR = 0.8
_OUT = "production_tests"
_MODULES = ("orders.py", "oven.py", "till.py")
_CONSTANT = re.compile(r"^[A-Z_]+ = .*$", re.MULTILINE)


def main() -> None:
    """Print the result of three runs and the mutation score; exit with 1 when the bars are missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--listed", action="store_true", help="name the faults that no test found")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    sightline = Path(sys.executable).with_name("sightline")
    options = ["--config", str(folder / "sightline.toml"), "--home", str(folder / ".sightline")]
    subprocess.run([sightline, "export", "tests", *options, "--out", str(folder / _OUT)], check=True)
    green = sum(is_green(folder) for _ in range(_REPEATS))
    print(f"green on the healthy application: {green} of {_REPEATS} runs")
    score = measure(folder, arguments.listed)
    sys.exit(0 if green == _REPEATS and score >= _BAR else 1)


def is_green(folder: Path) -> bool:
    """Return whether all generated tests pass."""
    # Compiled files are told apart by the second and the size of their source: a fault may change neither.
    silent = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", _OUT]
    return subprocess.run(words, cwd=folder, capture_output=True, env=silent, check=False).returncode == 0


def measure(folder: Path, is_listed: bool) -> float:
    """Try every fault; print found and all by kind; return the share found."""
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for mutant in mutants(folder):
        original = mutant.path.read_text(encoding="utf-8")
        mutant.path.write_text(mutant.text, encoding="utf-8")
        try:
            is_found = not is_green(folder)
        finally:
            mutant.path.write_text(original, encoding="utf-8")
        tried[mutant.kind] += 1
        found[mutant.kind] += is_found
        if is_listed and not is_found:
            print(f"  not found: {mutant.kind} in {mutant.place}")
    for kind in sorted(tried):
        print(f"{kind}: {found[kind]} of {tried[kind]}")
    score = found.total() / tried.total()
    print(f"mutation score over all kinds: {found.total()} of {tried.total()} = {score:.3f}")
    return score


def mutants(folder: Path) -> Iterator[PythonMutant]:
    """Yield the faults of all handlers, and of the constants they use."""
    for name in _MODULES:
        path = folder / "bakery" / name
        yield from python_mutants(path)
        source = path.read_text(encoding="utf-8")
        for line in _CONSTANT.finditer(source):
            for number in re.finditer(r"\b\d+\b", line[0]):
                first = line.start() + number.start()
                changed = source[:first] + str(int(number[0]) + 1) + source[first + len(number[0]) :]
                place = f"{name}: {line[0].partition(' ')[0]} {number[0]} -> {int(number[0]) + 1}"
                yield PythonMutant(path, "number plus one", place, changed)


if __name__ == "__main__":
    main()
