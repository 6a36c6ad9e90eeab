"""What alignments speak of: declared sequences as groups of beats, observed beats, moves.

Here are the shapes, and how rows of declared beats become them. How moves are found is alignment.py, rows in and out
are alignment_frames.py; what alignments say about a sequence is conformance.py.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

MoveKind = Literal["synchronous", "log_only", "model_only"]
DeviationClass = Literal["missing_beat", "unexpected_beat", "repeated_beat", "out_of_order_beat"]


@dataclass(frozen=True, slots=True)
class DeclaredBeat:
    """A declared step. `label` is its topic, with the movement where the sequence declares the topic twice."""

    position: int
    label: str
    topic: str
    beat_number: int | None = None


@dataclass(frozen=True)
class DeclaredSequence:
    """A sequence as groups in order; the beats of one group may run in any order. Mostly a group is one beat."""

    sequence_id: str
    groups: tuple[tuple[DeclaredBeat, ...], ...]

    @cached_property
    def beats(self) -> tuple[DeclaredBeat, ...]:
        """Return the beats in declared order."""
        return tuple(beat for group in self.groups for beat in group)

    @cached_property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """Return the labels by group."""
        return tuple(tuple(beat.label for beat in group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class ObservedBeat:
    """A beat execution of a flow. `is_retry`: the execution before it announced that the beat is tried again."""

    label: str
    topic: str
    execution_number: int
    is_retry: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A bare move: `beat_index` counts declared beats from 0, `observed_index` observed ones; null where none moves."""

    kind: MoveKind
    beat_index: int | None
    observed_index: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """A step with what it is about. `beat` of a `log_only` move is the declared beat of that label, if there is one."""

    kind: MoveKind
    topic: str
    beat: DeclaredBeat | None
    execution_number: int | None
    deviation_class: DeviationClass | None


@dataclass(frozen=True, slots=True)
class AlignedVariant:
    """A variant beside its sequence.

    `cost` is the count of moves that are not synchronous, `worst_cost` that of an alignment with no synchronous move.
    `unfinished_cost` is the cost where beats after the last observed one are not owed yet; null where nobody asks.
    """

    variant_id: str
    sequence_id: str
    moves: tuple[Move, ...]
    cost: int
    worst_cost: int
    unfinished_cost: int | None
    retry_count: int

    @property
    def fitness(self) -> float:
        """Return 1 for a perfect fit, 0 where nothing fits (van der Aalst, Process Mining, section 8.3)."""
        return fitness_of(self.cost, self.worst_cost)


def fitness_of(cost: int, worst_cost: int) -> float:
    """Return one minus the share of the worst cost; an empty flow of an empty sequence fits."""
    return 1.0 - cost / worst_cost if worst_cost else 1.0


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
