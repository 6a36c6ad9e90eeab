"""Prove the tests that production suggests: green three times on the example, red on small faults put into it.

    python tests/benchmarks/generated_tests.py HOME [--listed]

HOME is a home that `sightline run` built from examples/bistro. The example is copied to a temporary folder, where
`npm ci && npm run build` must have been run before the copy. Faults are put into the compiled handlers one at a time
(handler_mutants.mjs) and into the declarations (two beats swapped); a fault is found when a test fails. The score is
over all kinds. Counted apart are faults that no test from production can find: in handlers no flow ran, keys never
changed, topics never published.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "bistro"
_MUTATOR = Path(__file__).with_name("handler_mutants.mjs")
_TIMEOUT_SECONDS = 60
_REPEATS = 3
_BAR = 0.8
_USED = "select handler_name from reports.rpt_handler_coverage where execution_count > 0"
_CHANGED = "select distinct handler_name, state_key from marts.fct_state_mutations"
_PUBLISHED = "select distinct topic from intermediate.int_records__correlated where signal = 'topic_published'"
# Two sequences of the example are declared and never played.
_PLAYED = "select distinct sequence_key from marts.fct_flows where status = 'completed'"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: the file it is in, its kind, where it is, and the file's whole text with it."""

    path: Path
    kind: str
    place: str
    text: str
    is_reachable: bool


def main() -> None:
    """Print the result of three runs and the mutation score; exit with 1 when the bars are missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--listed", action="store_true", help="name the faults that no test found")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        example = Path(folder) / "bistro"
        shutil.copytree(EXAMPLE, example, ignore=shutil.ignore_patterns("logs", "node_modules"))
        runner = generate(example, arguments.home)
        green = sum(is_green(example, runner) for _ in range(_REPEATS))
        print(f"green on the healthy example: {green} of {_REPEATS} runs")
        score = measure(example, runner, arguments.home, arguments.listed)
    sys.exit(0 if green == _REPEATS and score >= _BAR else 1)


def generate(example: Path, home: Path) -> Path:
    """Write the tests into the copy; return a script that runs all of them in one process."""
    words = [sys.executable, "-m", "orchestration.cli.app", "export", "tests"]
    sightline = Path(sys.executable).with_name("sightline")
    words = [str(sightline), "export", "tests"] if sightline.exists() else words
    out = example / "production-tests"
    options = ["--config", str(example / "sightline.toml"), "--home", str(home), "--out", str(out)]
    subprocess.run([*words, *options], cwd=ROOT, check=True)
    runner = out / "all.mjs"
    runner.write_text("".join(f'import "./{path.name}";\n' for path in sorted(out.glob("*.test.mjs"))))
    return runner


def is_green(example: Path, runner: Path) -> bool:
    """Return whether all generated tests pass; one that does not end is a failure."""
    try:
        done = subprocess.run(
            ["node", str(runner)], cwd=example, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def measure(example: Path, runner: Path, home: Path, is_listed: bool) -> float:
    """Try every fault; print found and all by kind; return the share found of those that production reaches."""
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    unreachable = 0
    for mutant in mutants(example, home):
        if not mutant.is_reachable:
            unreachable += 1
            continue
        original = mutant.path.read_text()
        mutant.path.write_text(mutant.text)
        is_found = not is_green(example, runner)
        mutant.path.write_text(original)
        tried[mutant.kind] += 1
        found[mutant.kind] += is_found
        if is_listed and not is_found:
            print(f"  not found: {mutant.kind} in {mutant.place}")
    for kind in sorted(tried):
        print(f"{kind}: {found[kind]} of {tried[kind]}")
    score = found.total() / tried.total()
    print(f"mutation score over all kinds: {found.total()} of {tried.total()} = {score:.3f}")
    print(f"apart: {unreachable} faults in what production never did")
    return score


def mutants(example: Path, home: Path) -> Iterator[Mutant]:
    """Yield the faults, in the order of files."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        used = {row[0] for row in connection.execute(_USED).fetchall()}
        played = {row[0] for row in connection.execute(_PLAYED).fetchall()}
        changed_keys = set(connection.execute(_CHANGED).fetchall())
        topics = {row[0] for row in connection.execute(_PUBLISHED).fetchall()}
    files = sorted((example / "dist" / "modules").glob("*/handlers.js"))
    words = ["node", str(_MUTATOR), str(EXAMPLE / "node_modules" / "typescript"), *map(str, files)]
    for line in subprocess.run(words, capture_output=True, check=True).stdout.splitlines():
        one = json.loads(line)
        text = Path(one["file"]).read_text()
        changed = text[: one["start"]] + one["text"] + text[one["end"] :]
        place = f"{one['handler']}: {text[one['start'] : one['end']][:60]!r} -> {one['text'][:60]!r}"
        is_shown = one["handler"] in used
        if one["kind"] == "drop a key":
            is_shown = (one["handler"], one.get("subject")) in changed_keys
        elif one["kind"] == "remove a publish":
            is_shown = one.get("subject") in topics
        yield Mutant(Path(one["file"]), one["kind"], place, changed, is_shown)
    for path in sorted((example / "src" / "modules").glob("*/json-sequences/*.json")):
        sequence = json.loads(path.read_text())
        for movement in sequence.get("movements", []):
            beats = movement["beats"]
            if len(beats) > 1:
                movement["beats"] = [beats[1], beats[0], *beats[2:]]
                changed = json.dumps(sequence)
                movement["beats"] = beats
                yield Mutant(path, "swap beats", sequence["id"], changed, sequence["id"] in played)


if __name__ == "__main__":
    main()
