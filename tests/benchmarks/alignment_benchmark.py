"""How long 100,000 flows take to validate, beside the least a program can do with the same rows in the same run.

Run as `python -m tests.benchmarks.alignment_benchmark`. The reference only groups the rows by flow and hashes each
flow's topics, in the same language: what is over is the price of the alignment. `real` repeats few variants as
production does, `distinct` is the worst case in which no two flows are alike.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby

import pyarrow as pa

from orchestration.analysis.conformance.alignment_frames import align_rows, measure_rows

FLOWS, SEQUENCES, SEED = 100_000, 50, 20221122
LIMIT_SECONDS = 10.0
Flows = list[tuple[str, list[str]]]


def declare_sequences(rng: random.Random) -> pa.Table:
    """Return sequences of 1 to 12 beats."""
    rows = [
        {
            "sequence_id": f"s{number:02}", "beat_position": position, "topic": f"s{number}:t{position}",
            "movement_number": 1, "beat_number": position, "timing": "immediate",
        }
        for number in range(SEQUENCES)
        for position in range(1, rng.randint(1, 12) + 1)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def mutate(rng: random.Random, topics: list[str]) -> list[str]:
    """Return the topics with one to three beats dropped, doubled, swapped or strange."""
    mutated = list(topics)
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(mutated) + 1), rng.randrange(len(mutated) + 1)
        mutated[at:at] = [*mutated[at : at + 1], f"stranger:{rng.randrange(1_000_000)}"][: rng.randint(0, 2)]
        del mutated[other : other + rng.randint(0, 1)]
    return mutated


def flows_of(rng: random.Random, declared: pa.Table, is_distinct: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield sequence and topics of every flow: 1% deviate, or all do and none twice."""
    topics: dict[str, list[str]] = {}
    for row in declared.to_pylist():
        topics.setdefault(row["sequence_id"], []).append(row["topic"])
    names = sorted(topics)
    for number in range(FLOWS):
        name = names[number % SEQUENCES]
        if is_distinct:
            yield name, [*mutate(rng, topics[name]), f"unique:{number}"]
        else:
            yield name, mutate(rng, topics[name]) if rng.random() < 0.01 else topics[name]


def variants_of(flows: Flows) -> tuple[pa.Table, pa.Table]:
    """Return the beats of the distinct variants, and the flows of each, as the warehouse hands them over."""
    counts = Counter((name, *topics) for name, topics in flows)
    ids = [f"v{number:06}" for number in range(len(counts))]
    beats = [
        (variant_id, name, number, topic)
        for variant_id, (name, *topics) in zip(ids, counts, strict=True)
        for number, topic in enumerate(topics, 1)
    ]
    variant_ids, names, numbers, topics = zip(*beats, strict=True)
    table = {
        **{"variant_id": variant_ids, "sequence_id": names, "execution_number": numbers, "topic": topics},
        **{"movement_number": [1] * len(beats), "is_retry": [False] * len(beats)},
        "unfinished_flow_count": [0] * len(beats),
    }
    return pa.table(table), pa.table({"variant_id": ids, "ended_flow_count": list(counts.values())})


def seconds_of(work: Callable[[], object]) -> float:
    """Return the processor time it takes: one thread, so on a machine of its own the clock shows the same."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def hash_flows(flows: Flows) -> int:
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
    moves = 0

    def validate() -> None:
        nonlocal moves
        variants, counts = variants_of(flows)
        aligned = align_rows(variants, declared)
        measure_rows(aligned, counts, declared)
        moves = aligned.num_rows

    taken = seconds_of(validate)
    distinct = len({(name, *topics) for name, topics in flows})
    print(
        f"{title}: {len(flows):,} flows, {beats:,} beats, {distinct:,} variants, {moves:,} moves "
        f"in {taken:.2f} s of processor time; grouping and hashing {reference:.2f} s, ratio {taken / reference:.1f}",
        file=sys.stderr,
    )
    return taken


def main() -> int:
    """Measure both cases; fail above the limit."""
    seconds = [measure("real", is_distinct=False), measure("distinct", is_distinct=True)]
    return 0 if max(seconds) <= LIMIT_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
