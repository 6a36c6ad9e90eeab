"""Declared beats as groups of labels: which beats may change places, and what tells equal topics apart.

What is done with the groups is alignment.py; where the rows come from is alignment_frames.py.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from orchestration.analysis.conformance.alignment_model import DeclaredBeat, DeclaredSequence

# Words that say a beat runs together with the one before it. "synchronized" is none of them: the conductor of the
# corpus waits half a beat and then runs such a beat in order. "async" and "deferred" beats begin in order too.
TOGETHER_WITH_PREVIOUS = frozenset({"parallel", "concurrent", "simultaneous", "with-previous"})


@dataclass(frozen=True, slots=True)
class BeatRow:
    """A declared beat as the warehouse has it."""

    sequence_id: str
    position: int
    topic: str
    movement_number: int | None
    beat_number: int | None
    timing: str | None


def label_of(topic: str, movement_number: int | None, is_declared_twice: bool) -> str:
    """Return the topic, with the movement where the sequence declares the topic more than once."""
    return f"{topic} in movement {movement_number}" if is_declared_twice else topic


def build_sequences(rows: Iterable[BeatRow]) -> dict[str, DeclaredSequence]:
    """Return the declared sequences by their id."""
    ordered = sorted(rows, key=lambda row: (row.sequence_id, row.position))
    return {
        sequence_id: DeclaredSequence(sequence_id, _groups_of(tuple(beats)))
        for sequence_id, beats in groupby(ordered, key=lambda row: row.sequence_id)
    }


def topics_declared_twice(sequence: DeclaredSequence) -> frozenset[str]:
    """Return the topics that more than one beat of the sequence publishes."""
    counts = Counter(beat.topic for beat in sequence.beats)
    return frozenset(topic for topic, count in counts.items() if count > 1)


def _groups_of(rows: Sequence[BeatRow]) -> tuple[tuple[DeclaredBeat, ...], ...]:
    counts = Counter(row.topic for row in rows)
    groups: list[list[DeclaredBeat]] = []
    for number, row in enumerate(rows):
        label = label_of(row.topic, row.movement_number, counts[row.topic] > 1)
        beat = DeclaredBeat(row.position, label, row.topic, row.beat_number)
        if number and _runs_together(rows[number - 1], row):
            groups[-1].append(beat)
        else:
            groups.append([beat])
    return tuple(tuple(group) for group in groups)


def _runs_together(before: BeatRow, row: BeatRow) -> bool:
    word = (row.timing or "").strip().lower().replace("_", "-")
    return word in TOGETHER_WITH_PREVIOUS and before.movement_number == row.movement_number
