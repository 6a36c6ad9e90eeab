"""Optimal alignment of observed labels with a sequence of groups, by dynamic programming.

A synchronous move costs 0, a move in the log or in the model alone 1 (van der Aalst, Process Mining, 2nd edition,
section 8.3; Adriansyah, Aligning Observed and Modeled Behavior, 2014). Pure functions over labels, and what their
steps mean for a flow: missing, unexpected, repeated and out of order.

Among alignments of equal cost the choice is fixed: from the front, a synchronous move where there is one, else log
moves up to the declared beat where it comes later, else a model move; inside a group of several beats those that did
not run come last. So the first of several equal beats is the declared one, and of two beats that changed places the
one that did not wait for its turn is the one that moved.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

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


Groups = Sequence[Sequence[str]]


def align(groups: Groups, observed: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps of the chosen optimal alignment, in order.

    Time and room are (groups x observed); a group of several beats takes observed squared.
    """
    skipped = _common_front(groups, observed)
    front = [Step("synchronous", index, index) for index in range(skipped)]
    return (*front, *_trace(groups[skipped:], observed[skipped:], skipped))


def unfinished_cost(groups: Groups, observed: Sequence[str]) -> int:
    """Return the cost where beats after the last observed one are not owed yet (a prefix alignment)."""
    return cost_table(groups, observed, is_finished=False)[0][0]


def cost_table(groups: Groups, observed: Sequence[str], is_finished: bool = True) -> list[list[int]]:
    """Return by group and observed index what aligning everything from there on costs."""
    count = len(observed)
    table = [list(range(count, -1, -1))]
    for group in reversed(groups):
        fill = _row_of_one if len(group) == 1 else _row_of_many
        table.append(fill(group, observed, table[-1], is_finished))
    table.reverse()
    return table


def _common_front(groups: Groups, observed: Sequence[str]) -> int:
    # Equal labels at the front can always move together in an optimal alignment: most flows need no table at all.
    length = 0
    for group, label in zip(groups, observed, strict=False):
        if len(group) != 1 or group[0] != label:
            break
        length += 1
    return length


def _row_of_one(group: Sequence[str], observed: Sequence[str], below: list[int], is_finished: bool) -> list[int]:
    cost = below[-1] + 1 if is_finished else 0
    row, label = [cost], group[0]
    for index in range(len(observed) - 1, -1, -1):
        cost = below[index + 1] if observed[index] == label else 1 + min(below[index], cost)
        row.append(cost)
    row.reverse()
    return row


def _row_of_many(group: Sequence[str], observed: Sequence[str], below: list[int], is_finished: bool) -> list[int]:
    row = []
    for begin in range(len(observed) + 1):
        costs = _segment_costs(group, observed, begin)
        if not is_finished:
            costs[-1] = (Counter(observed[begin:]) - Counter(group)).total()
        row.append(min(cost + below[end] for end, cost in enumerate(costs, begin)))
    return row


def _segment_costs(group: Sequence[str], observed: Sequence[str], begin: int) -> list[int]:
    """Return, by how many observed labels from `begin` the group takes, what that costs: any order is declared."""
    left, cost = Counter(group), len(group)
    costs = [cost]
    for label in observed[begin:]:
        cost += -1 if left[label] > 0 else 1
        left[label] -= 1
        costs.append(cost)
    return costs


def _trace(groups: Groups, observed: Sequence[str], shift: int) -> Iterator[Step]:
    table = cost_table(groups, observed) if groups else []
    at, beat = 0, shift
    for number, group in enumerate(groups):
        end = _segment_end(group, observed, at, table[number][at], table[number + 1])
        yield from _segment_steps(group, observed, range(at, end), beat, shift)
        at, beat = end, beat + len(group)
    yield from (Step("log_only", None, index + shift) for index in range(at, len(observed)))


def _segment_end(group: Sequence[str], observed: Sequence[str], begin: int, best: int, below: list[int]) -> int:
    """Return where the observed labels end that the group takes from `begin` on."""
    if len(group) == 1:
        return _end_of_one(group[0], observed, begin, best, below)
    left, end = Counter(group), begin
    while end < len(observed) and left[observed[end]] > 0:
        left[observed[end]] -= 1
        end += 1
    costs = _segment_costs(group, observed, begin)
    return next(index for index in range(end, len(observed) + 1) if costs[index - begin] + below[index] == best)


def _end_of_one(label: str, observed: Sequence[str], begin: int, best: int, below: list[int]) -> int:
    """Return where the observed labels end that a group of one beat takes."""
    place = next((index for index in range(begin, len(observed)) if observed[index] == label), None)
    if place is not None and (place == begin or place - begin + below[place + 1] == best):
        return place + 1
    return begin


def _segment_steps(
    group: Sequence[str], observed: Sequence[str], segment: range, first_beat: int, shift: int
) -> Iterator[Step]:
    if len(segment) == 1 and group[0] == observed[segment[0]] and len(group) == 1:
        yield Step("synchronous", first_beat, segment[0] + shift)
        return
    left = dict(enumerate(group, first_beat))
    for index in segment:
        beat = next((beat for beat, label in left.items() if label == observed[index]), None)
        if beat is None:
            yield Step("log_only", None, index + shift)
        else:
            del left[beat]
            yield Step("synchronous", beat, index + shift)
    yield from (Step("model_only", beat, None) for beat in left)
