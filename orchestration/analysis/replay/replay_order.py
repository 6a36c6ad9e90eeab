"""The structural level of a replay: the observed order of a flow against its declaration; no handler has to run.

The order is judged as the site judges it, by the optimal alignment of alignment.py; the first move that is not in both
is the first divergence.
"""

from orchestration.analysis.conformance.alignment_model import ObservedBeat
from orchestration.analysis.conformance.alignment_moves import align_variant
from orchestration.analysis.conformance.alignment_sequences import (
    BeatRow,
    build_sequences,
    label_of,
    topics_declared_twice,
)
from orchestration.analysis.replay.replay_model import BeatStep, DeclaredStep, Divergence, ReplayBundle


def replay_order(bundle: ReplayBundle) -> Divergence | None:
    """Return where the flow first departs from its declaration; null when it does not, or when nothing is declared."""
    if not bundle.declared:
        return None
    rows = [_declared_row(step) for step in bundle.declared]
    sequence = build_sequences(rows)[""]
    twice = topics_declared_twice(sequence)
    numbers = {step.movement_name: step.movement_number for step in bundle.declared}
    observed = [
        ObservedBeat(
            label_of(step.topic, numbers.get(step.movement_name), step.topic in twice), step.topic, number, retry
        )
        for number, (step, retry) in enumerate(zip(bundle.observed, _retries(bundle.observed), strict=True), start=1)
    ]
    variant = align_variant("", sequence, observed, has_unfinished=False)
    for move in variant.moves:
        if move.deviation_class is not None:
            position = move.execution_number or (move.beat.position if move.beat else 0)
            expected = "nothing more" if move.kind == "log_only" else move.topic
            seen = move.topic if move.kind == "log_only" else "not played"
            line = bundle.observed[position - 1].line_number if move.execution_number else None
            return Divergence(move.deviation_class, position, expected, seen, line)
    return None


def _declared_row(step: DeclaredStep) -> BeatRow:
    return BeatRow("", step.position, step.topic, step.movement_number, step.beat_number, step.timing)


def _retries(steps: tuple[BeatStep, ...]) -> list[bool]:
    """Tell of each step whether it tries again what failed right before it."""
    befores = (None, *steps)
    return [
        before is not None and before.status == "failed" and before.topic == step.topic
        for before, step in zip(befores, steps, strict=False)
    ]
