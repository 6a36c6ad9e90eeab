"""What alignments speak of: declared sequences as groups of beats, observed beats, moves.

Only the shapes are here. How moves are found is alignment.py; how rows of the warehouse become these shapes, and which
beats may change places, is alignment_input.py; what alignments say about a sequence is conformance.py.
"""

from dataclasses import dataclass
from functools import cached_property
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
