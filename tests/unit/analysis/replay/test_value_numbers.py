"""Relations between the numbers a handler read and the numbers it left."""

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.analysis.replay.value_links import infer_numbers
from orchestration.analysis.replay.value_paths import parts_of

Read = Mapping[str, Any]


def relations(count: int, read: Callable[[int], Read], left: Callable[[Read], Any]) -> set[tuple[str, str, str]]:
    executions = [(before := read(number), list(parts_of(left(before), True))) for number in range(count)]
    return {(rule.path, rule.name, str(rule.argument)) for rule in infer_numbers("total", executions)}


def lines(number: int) -> Read:
    return {"goods": 310 + 7 * number * number, "fee": 50 + 3 * number, "breads": {"rye": number + 1, "spelt": 2}}


def test_a_sum_a_difference_and_a_product_are_found_and_named() -> None:
    assert relations(12, lines, lambda one: one["goods"] + one["fee"]) == {("", "sumOf", "['fee', 'goods']")}
    assert relations(12, lines, lambda one: one["goods"] - one["fee"]) == {("", "differenceOf", "['goods', 'fee']")}
    assert relations(12, lines, lambda one: {"cents": one["goods"] * one["fee"]}) == {
        ("cents", "productOf", "['fee', 'goods']")
    }


def test_the_total_of_what_an_object_holds_is_found() -> None:
    assert relations(12, lines, lambda one: sum(one["breads"].values())) == {("", "totalOf", "breads")}


def test_one_execution_that_differs_ends_a_relation() -> None:
    assert relations(12, lines, lambda one: one["goods"] + one["fee"] + (one["fee"] == 50)) == set()


def test_few_executions_and_numbers_that_never_vary_give_no_relation() -> None:
    assert relations(9, lines, lambda one: one["goods"] + one["fee"]) == set()
    assert relations(30, lambda number: {"goods": 300 + number, "fee": 5}, lambda one: one["goods"] + 5) == set()


def test_a_number_that_only_fell_in_twenty_executions_may_not_rise() -> None:
    def read(number: int) -> Read:
        return {"total": 1000 + 13 * number * number}

    assert relations(20, read, lambda one: one["total"] * 9 // 10) == {("", "atMost", "total")}
    assert relations(19, read, lambda one: one["total"] * 9 // 10) == set()


def test_flags_are_no_numbers() -> None:
    assert relations(30, lambda number: {"a": number % 2 == 0, "b": number}, lambda one: one["b"] + one["a"]) == set()
