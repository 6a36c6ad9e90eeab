"""How well a sequence and its flows agree: fitness, precision, generalisation over aligned variants.

Pure functions over alignments weighted by flows. How alignments are found is alignment.py; deviations of single flows
are rows of fct_alignments and fct_flow_deviations.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from orchestration.analysis.conformance.alignment_model import DeclaredSequence, fitness_of

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeighedVariant:
    """What the measures need of an aligned variant.

    Paths are positions of declared beats in the order of the alignment: `model_path` with the beats that are model
    moves, `seen_path` without. Only ended flows count: an unfinished one says nothing of what it would have done.
    """

    ended_flow_count: int
    cost: int
    worst_cost: int
    model_path: Path
    seen_path: Path


@dataclass(frozen=True, slots=True)
class SequenceMeasures:
    """The measures of one sequence; null where it has no ended flow or declares no beat to measure by."""

    sequence_id: str
    ended_flow_count: int
    fitting_flow_count: int
    unseen_beat_count: int
    mean_fitness: float | None
    log_fitness: float | None
    precision: float | None
    generalisation: float | None


def measure_sequence(sequence: DeclaredSequence, variants: Sequence[WeighedVariant]) -> SequenceMeasures:
    """Return the measures of a sequence over its aligned variants."""
    flows = sum(variant.ended_flow_count for variant in variants)
    executions = count_executions(variants)
    return SequenceMeasures(
        sequence.sequence_id,
        ended_flow_count=flows,
        fitting_flow_count=sum(variant.ended_flow_count for variant in variants if variant.cost == 0),
        unseen_beat_count=sum(executions[beat.position] == 0 for beat in sequence.beats),
        mean_fitness=mean_fitness(variants) if flows else None,
        log_fitness=log_fitness(variants) if flows else None,
        precision=precision(sequence, variants) if flows and sequence.beats else None,
        generalisation=generalisation(sequence, executions) if flows and sequence.beats else None,
    )


def count_executions(variants: Iterable[WeighedVariant]) -> Counter[int]:
    """Return how often ended flows ran each declared beat where it was due, by position."""
    executions: Counter[int] = Counter()
    for variant in variants:
        if variant.ended_flow_count:
            for position in variant.seen_path:
                executions[position] += variant.ended_flow_count
    return executions


def mean_fitness(variants: Iterable[WeighedVariant]) -> float:
    """Return the mean over flows of one minus cost / worst cost: every flow weighs the same."""
    total = flows = 0.0
    for variant in variants:
        total += variant.ended_flow_count * fitness_of(variant.cost, variant.worst_cost)
        flows += variant.ended_flow_count
    return total / flows


def log_fitness(variants: Sequence[WeighedVariant]) -> float:
    """Return one minus all cost / all worst cost: long flows weigh more (van der Aalst, section 8.3)."""
    cost = sum(variant.ended_flow_count * variant.cost for variant in variants)
    return fitness_of(cost, sum(variant.ended_flow_count * variant.worst_cost for variant in variants))


def precision(sequence: DeclaredSequence, variants: Iterable[WeighedVariant]) -> float:
    """Return the share of what the model allows, state by state, that flows did.

    Align-ETC: escaping edges (Munoz-Gama and Carmona, 2010) over the model side of the alignments (Adriansyah et al.,
    2015), states weighed by flows. A state of a sequence of single beats allows one beat and is followed by it, so
    precision is 1 there by construction; only groups of parallel beats can have less.
    """
    weights: Counter[Path] = Counter()
    for variant in variants:
        if variant.ended_flow_count:
            weights[variant.model_path] += variant.ended_flow_count
    visits: Counter[Path] = Counter()
    followed: defaultdict[Path, set[int]] = defaultdict(set)
    for path, weight in weights.items():
        for length, position in enumerate(path):
            visits[path[:length]] += weight
            followed[path[:length]].add(position)
    allowed = sum(weight * _allowed_count(sequence, len(path)) for path, weight in visits.items())
    return sum(weight * len(followed[path]) for path, weight in visits.items()) / allowed


def generalisation(sequence: DeclaredSequence, executions: Counter[int]) -> float:
    """Return how surely the sequence holds beyond the flows seen: one minus the mean of 1 / sqrt(executions).

    Buijs, van Dongen and van der Aalst, 2014, over the declared beats; a beat never run counts as not sure at all.
    """
    doubts = [1 / sqrt(executions[beat.position]) if executions[beat.position] else 1.0 for beat in sequence.beats]
    return 1 - sum(doubts) / len(doubts)


def _allowed_count(sequence: DeclaredSequence, done: int) -> int:
    for group in sequence.groups:
        if done < len(group):
            return len(group) - done
        done -= len(group)
    return 0
