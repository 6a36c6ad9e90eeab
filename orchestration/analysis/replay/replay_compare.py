"""A replay beside what production logged: the first divergence, what else differs, and what changes between repeats.

Beats, their handlers and how each ended must agree; keys and values of the state are counted apart, because a value
that had to be stood in for changes what handlers compute from it.

The structural level needs no handler to run: the observed order of a flow is judged against its declaration as the site
judges it, by the optimal alignment of alignment.py; the first move that is not in both is the first divergence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from orchestration.analysis.conformance.alignment import align_variant
from orchestration.analysis.conformance.alignment_model import (
    BeatRow,
    ObservedBeat,
    build_sequences,
    label_of,
    topics_declared_twice,
)
from orchestration.analysis.replay.replay_model import BeatStep, DeclaredStep, Divergence, HandlerStep, ReplayBundle


@dataclass(frozen=True, slots=True)
class Comparison:
    """`divergence` is null when all steps agree. Changes are compared over the handlers before it."""

    divergence: Divergence | None
    step_count: int
    change_count: int
    equal_key_count: int
    value_count: int
    equal_value_count: int


def compare_steps(recorded: Sequence[BeatStep], replayed: Sequence[BeatStep]) -> Comparison:
    """Compare step by step."""
    divergence = first_divergence(recorded, replayed)
    agreed = len(recorded) if divergence is None else divergence.position - 1
    pairs = [
        (before, after)
        for left, right in zip(recorded[:agreed], replayed[:agreed], strict=False)
        for before, after in zip(left.handlers, right.handlers, strict=False)
    ]
    counts = [_compare_changes(before, after) for before, after in pairs]
    totals = [sum(column) for column in zip(*counts, strict=True)] or [0, 0, 0, 0]
    return Comparison(divergence, agreed, *totals)


def first_divergence(recorded: Sequence[BeatStep], replayed: Sequence[BeatStep]) -> Divergence | None:
    """Return the first step whose beat, handlers or end differ."""
    for position, (left, right) in enumerate(zip_longest(recorded, replayed), start=1):
        if found := _difference(left, right):
            kind, expected, observed = found
            return Divergence(kind, position, expected, observed, left.line_number if left else None)
    return None


def differing_keys(runs: Sequence[Sequence[BeatStep]]) -> list[str]:
    """Return the state keys whose last values differ between repeats of the same replay, sorted."""
    finals = [dict(_written(run)) for run in runs]
    keys = {key for final in finals for key in final}
    return sorted(key for key in keys if len({final.get(key) for final in finals}) > 1)


def _written(run: Sequence[BeatStep]) -> Iterator[tuple[str, str | None]]:
    for step in run:
        for handler in step.handlers:
            yield from ((change.key, change.value) for change in handler.changes)


def _difference(left: BeatStep | None, right: BeatStep | None) -> tuple[str, str, str] | None:
    if left is None or right is None:
        kind = "step_added" if left is None else "step_missing"
        return kind, left.topic if left else "the end", right.topic if right else "the end"
    if left.topic != right.topic:
        return "other_step", left.topic, right.topic
    names = _names(left), _names(right)
    if names[0] != names[1]:
        return "other_handlers", *names
    if left.status != right.status:
        return "other_end", f"{left.topic} {left.status}", f"{right.topic} {right.status}"
    for before, after in zip(left.handlers, right.handlers, strict=True):
        if before.status != after.status:
            name = before.handler_name or "?"
            return "other_handler_end", f"{name} {before.status}", f"{name} {after.status}"
    return None


def _names(step: BeatStep) -> str:
    names = [f"{handler.plugin_name or '?'}.{handler.handler_name or '?'}" for handler in step.handlers]
    return f"{step.topic}: {', '.join(names) or 'no handler'}"


def _compare_changes(left: HandlerStep, right: HandlerStep) -> tuple[int, int, int, int]:
    """Return changes logged, those whose key and kind agree, values logged whole, those that agree."""
    after = {change.key: change for change in right.changes}
    same = [change for change in left.changes if change.key in after and after[change.key].kind == change.kind]
    whole = [change for change in left.changes if change.value is not None]
    equal = [change for change in whole if change.key in after and after[change.key].value == change.value]
    return len(left.changes), len(same), len(whole), len(equal)


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
