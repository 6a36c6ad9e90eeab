"""How long 100,000 flows take to validate, beside the least a program can do with the same rows in the same run.

Run as `python -m tests.benchmarks.alignment_benchmark`. The reference only groups the rows by flow and hashes each
flow's topics, in the same language: what is over is the price of the alignment. `real` repeats few variants as
production does, `distinct` is the worst case in which no two flows are alike.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from orchestration.analysis.alignment_frames import align_rows, measure_rows

FLOWS, SEQUENCES, SEED = 100_000, 50, 20221122
LIMIT_SECONDS = 10.0
Rows = list[dict[str, Any]]


def declare_sequences(rng: random.Random) -> Rows:
    """Return sequences of 1 to 12 beats."""
    return [
        {
            "sequence_id": f"s{number:02}", "beat_position": position, "topic": f"s{number}:t{position}",
            "movement_number": 1, "beat_number": position, "timing": "immediate",
        }
        for number in range(SEQUENCES)
        for position in range(1, rng.randint(1, 12) + 1)
    ]  # fmt: skip


def mutate(rng: random.Random, topics: list[str]) -> list[str]:
    """Return the topics with one to three beats dropped, doubled, swapped or strange."""
    mutated = list(topics)
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(mutated) + 1), rng.randrange(len(mutated) + 1)
        mutated[at:at] = [*mutated[at : at + 1], f"stranger:{rng.randrange(1_000_000)}"][: rng.randint(0, 2)]
        del mutated[other : other + rng.randint(0, 1)]
    return mutated


def flows_of(rng: random.Random, declared: Rows, is_distinct: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield sequence and topics of every flow: 1% deviate, or all do and none twice."""
    topics: dict[str, list[str]] = {}
    for row in declared:
        topics.setdefault(row["sequence_id"], []).append(row["topic"])
    names = sorted(topics)
    for number in range(FLOWS):
        name = names[number % SEQUENCES]
        if is_distinct:
            yield name, [*mutate(rng, topics[name]), f"unique:{number}"]
        else:
            yield name, mutate(rng, topics[name]) if rng.random() < 0.01 else topics[name]


def variants_of(flows: list[tuple[str, list[str]]]) -> tuple[Rows, dict[str, int]]:
    """Return the rows of the distinct variants and the flows of each, as the warehouse hands them over."""
    counts: dict[tuple[str, ...], int] = {}
    for name, topics in flows:
        counts[name, *topics] = counts.get((name, *topics), 0) + 1
    rows = [
        {
            "variant_id": f"v{number:06}", "sequence_id": name, "execution_number": at, "topic": topic,
            "movement_number": 1, "is_retry": False,
        }
        for number, (name, *topics) in enumerate(counts)
        for at, topic in enumerate(topics, 1)
    ]  # fmt: skip
    return rows, {f"v{number:06}": count for number, count in enumerate(counts.values())}


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def hash_flows(flows: list[tuple[str, list[str]]]) -> int:
    """Group and hash every flow's topics: the least any validation does."""
    rows = [(number, name, topic) for number, (name, topics) in enumerate(flows) for topic in topics]
    return sum(hash(tuple(row[2] for row in group)) & 1 for _, group in groupby(rows, key=lambda row: row[0]))


def measure(title: str, is_distinct: bool) -> float:
    """Print and return the seconds from flows to alignments and measures."""
    rng = random.Random(SEED)
    declared = declare_sequences(rng)
    flows = list(flows_of(rng, declared, is_distinct))
    beats = sum(len(topics) for _, topics in flows)
    reference = seconds_of(lambda: hash_flows(flows))
    rows, counts = variants_of(flows)

    def validate() -> None:
        variants, ended = variants_of(flows)
        moves = align_rows(variants, declared)
        measure_rows(moves.to_pylist(), ended, declared)

    taken = seconds_of(validate)
    print(
        f"{title}: {len(flows):,} flows, {beats:,} beats, {len(counts):,} variants ({len(rows):,} beats) in "
        f"{taken:.2f} s; grouping and hashing {reference:.2f} s, ratio {taken / reference:.1f}",
        file=sys.stderr,
    )
    return taken


def main() -> int:
    """Measure both cases; fail above the limit."""
    seconds = [measure("real", is_distinct=False), measure("distinct", is_distinct=True)]
    return 0 if max(seconds) <= LIMIT_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
