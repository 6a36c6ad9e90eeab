"""A flow variant beside its declared sequence: retries folded, steps dressed as moves with what each means.

How the steps are found is alignment.py. Rows of the warehouse become variants in alignment_frames.py.
"""

from collections import Counter
from collections.abc import Sequence

from orchestration.analysis.conformance.alignment import align, unfinished_cost
from orchestration.analysis.conformance.alignment_model import (
    AlignedVariant,
    DeclaredBeat,
    DeclaredSequence,
    DeviationClass,
    Move,
    MoveKind,
    ObservedBeat,
    Step,
)


def align_variant(
    variant_id: str, sequence: DeclaredSequence, observed: Sequence[ObservedBeat], has_unfinished: bool = True
) -> AlignedVariant:
    """Align the beats of a variant with its sequence; announced retries count as one beat with the first attempt."""
    beats = fold_retries(observed)
    labels = tuple(beat.label for beat in beats)
    moves = dress_steps(align(sequence.labels, labels), sequence.beats, beats)
    return AlignedVariant(
        variant_id,
        sequence.sequence_id,
        moves,
        cost=sum(move.kind != "synchronous" for move in moves),
        worst_cost=len(sequence.beats) + len(beats),
        unfinished_cost=unfinished_cost(sequence.labels, labels) if has_unfinished else None,
        retry_count=len(observed) - len(beats),
    )


def fold_retries(observed: Sequence[ObservedBeat]) -> tuple[ObservedBeat, ...]:
    """Leave out every beat that repeats the one before it because that one announced a retry."""
    kept: list[ObservedBeat] = []
    for beat in observed:
        if not (beat.is_retry and kept and kept[-1].label == beat.label):
            kept.append(beat)
    return tuple(kept)


def dress_steps(
    steps: Sequence[Step], declared: Sequence[DeclaredBeat], observed: Sequence[ObservedBeat]
) -> tuple[Move, ...]:
    """Say of every step what it is about and, where it is not synchronous, which deviation it shows.

    A beat that is a model move here and a log move there ran out of order; both moves say so. Other model moves are
    missing beats; other log moves repeat a declared beat or are unexpected.
    """
    first_of = {beat.label: beat for beat in reversed(declared)}
    out_of_order = _out_of_order(steps, declared, observed)
    moves = []
    for step in steps:
        seen = None if step.observed_index is None else observed[step.observed_index]
        beat = declared[step.beat_index] if step.beat_index is not None else first_of.get(seen.label) if seen else None
        topic = seen.topic if seen else beat.topic if beat else ""
        number = seen.execution_number if seen else None
        deviation = None if step.kind == "synchronous" else _classify(step.kind, beat, out_of_order[step.kind])
        moves.append(Move(step.kind, topic, beat, number, deviation))
    return tuple(moves)


def _out_of_order(
    steps: Sequence[Step], declared: Sequence[DeclaredBeat], observed: Sequence[ObservedBeat]
) -> dict[MoveKind, Counter[str]]:
    """Return how many moves of each kind and label are one half of a beat that ran at another place."""
    model_only = (step.beat_index for step in steps if step.beat_index is not None and step.observed_index is None)
    log_only = (step.observed_index for step in steps if step.observed_index is not None and step.beat_index is None)
    skipped = Counter([declared[index].label for index in model_only])
    extra = Counter([observed[index].label for index in log_only])
    both = skipped & extra if skipped and extra else Counter[str]()
    return {"model_only": both, "log_only": both.copy()}


def _classify(kind: MoveKind, beat: DeclaredBeat | None, out_of_order: Counter[str]) -> DeviationClass:
    if beat is None:
        return "unexpected_beat"
    if out_of_order[beat.label] > 0:
        out_of_order[beat.label] -= 1
        return "out_of_order_beat"
    return "missing_beat" if kind == "model_only" else "repeated_beat"
