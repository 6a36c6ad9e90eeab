"""Alignments are optimal, chosen the same way every time, and say what a person would say."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.analysis.conformance.alignment import align, dress_steps, fold_retries, unfinished_cost
from orchestration.analysis.conformance.alignment_model import DeclaredBeat, ObservedBeat, Step

LETTERS = {"synchronous": "=", "model_only": "-", "log_only": "+"}
LABELS = st.lists(st.sampled_from("abcd"), max_size=7)
GROUPS = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3), max_size=4)


def in_line(labels: str) -> list[str]:
    return list(labels)


def said(groups: list[str], observed: str) -> str:
    declared = "".join(groups)
    return " ".join(
        LETTERS[step.kind] + (observed[step.observed_index] if step.observed_index is not None else declared[index])
        for step in align(groups, observed)
        if (index := step.beat_index or 0) >= 0
    )


def cost(steps: tuple[Step, ...]) -> int:
    return sum(step.kind != "synchronous" for step in steps)


def brute_force_cost(groups: list[list[str]], observed: list[str]) -> int:
    """Return the least distance by insertions and deletions over all orders the groups allow."""
    orders = product(*(set(permutations(group)) for group in groups))
    return min(_distance([label for group in order for label in group], observed) for order in orders)


def _distance(left: list[str], right: list[str]) -> int:
    before = list(range(len(right) + 1))
    for number, one in enumerate(left, 1):
        row = [number]
        for index, other in enumerate(right):
            row.append(before[index] if one == other else 1 + min(before[index + 1], row[-1]))
        before = row
    return before[-1]


@pytest.mark.parametrize(
    ("declared", "observed", "expected"),
    [
        ("abc", "abc", "=a =b =c"),
        ("abc", "ac", "=a -b =c"),
        ("abc", "abbc", "=a =b +b =c"),
        ("abc", "axbc", "=a +x =b =c"),
        ("abc", "acb", "=a +c =b -c"),
        ("abc", "", "-a -b -c"),
        ("", "ab", "+a +b"),
        ("", "", ""),
        ("ab", "xy", "-a -b +x +y"),
        ("aa", "a", "=a -a"),
        ("abca", "abc", "=a =b =c -a"),
    ],
)
def test_beats_in_a_line(declared: str, observed: str, expected: str) -> None:
    assert said(in_line(declared), observed) == expected


@pytest.mark.parametrize(
    ("groups", "observed", "expected"),
    [
        (["a", "bc", "d"], "acbd", "=a =c =b =d"),
        (["a", "bc", "d"], "acd", "=a =c -b =d"),
        (["a", "bc", "d"], "adbc", "=a +d =b =c -d"),
        (["bc"], "cxb", "=c +x =b"),
        (["bb"], "b", "=b -b"),
        (["ab", "a"], "aab", "=a -b =a +b"),
    ],
)
def test_beats_declared_together_may_change_places(groups: list[str], observed: str, expected: str) -> None:
    assert said(groups, observed) == expected


@given(GROUPS, LABELS)
def test_no_cheaper_alignment_exists(groups: list[list[str]], observed: list[str]) -> None:
    assert cost(align(groups, observed)) == brute_force_cost(groups, observed)


@given(GROUPS, LABELS)
def test_an_alignment_holds_every_beat_of_both_sides_once_and_labels_agree(
    groups: list[list[str]], observed: list[str]
) -> None:
    steps = align(groups, observed)
    labels = [label for group in groups for label in group]
    assert sorted(step.beat_index for step in steps if step.beat_index is not None) == list(range(len(labels)))
    assert [step.observed_index for step in steps if step.observed_index is not None] == list(range(len(observed)))
    for step in steps:
        if step.kind == "synchronous":
            assert step.beat_index is not None
            assert step.observed_index is not None
            assert labels[step.beat_index] == observed[step.observed_index]


@given(GROUPS, LABELS)
def test_groups_are_passed_one_after_the_other(groups: list[list[str]], observed: list[str]) -> None:
    group_of = [number for number, group in enumerate(groups) for _ in group]
    passed = [group_of[step.beat_index] for step in align(groups, observed) if step.beat_index is not None]
    assert passed == sorted(passed)


@given(GROUPS, LABELS)
def test_an_unfinished_flow_owes_nothing_after_its_last_beat(groups: list[list[str]], observed: list[str]) -> None:
    orders = product(*(set(permutations(group)) for group in groups))
    lines = [[label for group in order for label in group] for order in orders]
    assert unfinished_cost(groups, observed) == min(
        _distance(line[:length], observed) for line in lines for length in range(len(line) + 1)
    )


def beats(*labels: str) -> list[ObservedBeat]:
    """Return observed beats; a label that ends with ! is a retry of the one before."""
    return [
        ObservedBeat(label.rstrip("!"), label.rstrip("!"), number, label.endswith("!"))
        for number, label in enumerate(labels, 1)
    ]


def test_announced_retries_are_one_beat_and_unannounced_repeats_are_not() -> None:
    assert [beat.execution_number for beat in fold_retries(beats("a", "a!", "a!", "b", "b"))] == [1, 4, 5]


def test_a_retry_after_another_beat_is_kept() -> None:
    assert len(fold_retries(beats("a", "b", "a!"))) == 3


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ("abc", [None, None, None]),
        ("ac", [None, "missing_beat", None]),
        ("abbc", [None, None, "repeated_beat", None]),
        ("abxc", [None, None, "unexpected_beat", None]),
        ("acb", [None, "out_of_order_beat", None, "out_of_order_beat"]),
        ("acbb", [None, "out_of_order_beat", None, "out_of_order_beat", "repeated_beat"]),
    ],
)
def test_moves_name_the_deviation(observed: str, expected: list[str | None]) -> None:
    declared = [DeclaredBeat(number, label, label, number) for number, label in enumerate("abc", 1)]
    moves = dress_steps(align("abc", observed), declared, beats(*observed))
    assert [move.deviation_class for move in moves] == expected


def test_a_log_move_of_a_declared_topic_names_the_declared_beat() -> None:
    declared = [DeclaredBeat(number, label, label, number) for number, label in enumerate("ab", 1)]
    *_, repeated, unexpected = dress_steps(align("ab", "abbx"), declared, beats(*"abbx"))
    assert repeated.beat == declared[1]
    assert repeated.execution_number == 3
    assert unexpected.beat is None
    assert unexpected.topic == "x"
