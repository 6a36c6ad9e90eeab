"""Rules over the values a handler left, and links to what it read."""

import json
import re
from typing import Any

import pytest

from orchestration.analysis.replay.value_links import infer_links, infer_place_links
from orchestration.analysis.replay.value_paths import Part, parts_of, read_value
from orchestration.analysis.replay.value_rules import infer_rules


def rules_of(values: list[Any]) -> dict[tuple[str, str], Any]:
    return {
        (rule.path, rule.name): rule.argument for rule in infer_rules([list(parts_of(one, True)) for one in values])
    }


def test_nothing_is_inferred_from_two_values() -> None:
    assert rules_of([5, 5]) == {}


def test_a_value_that_never_varied_is_constant() -> None:
    assert rules_of([True, True, True]) == {("", "equals"): True}


def test_few_words_seen_often_are_an_enum_and_one_seen_once_is_not() -> None:
    assert rules_of(["light", "dark"] * 5)["", "oneOf"] == ["dark", "light"]
    assert ("", "oneOf") not in rules_of(["light"] * 10 + ["dark"])


def test_ids_share_a_pattern() -> None:
    found = rules_of(["rx-node-0a1b2c", "rx-node-zz9911", "rx-node-123456"])["", "like"]
    assert re.fullmatch(found, "rx-node-q1w2e3")
    assert not re.fullmatch(found, "node-q1w2e3")


@pytest.mark.parametrize("hostile", ['"; process.exit()//', "a\nb", "${x}", "\u2028", "\U0001f600"])
def test_a_pattern_is_ascii_whatever_was_logged(hostile: str) -> None:
    found = rules_of([f"{hostile}{n}" for n in (1, 2, 3)])
    assert json.dumps(found.get(("", "like")), ensure_ascii=False).isascii()


def test_a_range_needs_twenty_values_and_a_clock_gets_none() -> None:
    assert ("", "to") not in rules_of(list(range(19)))
    assert rules_of(list(range(20)))["", "to"] == 19
    assert ("", "to") not in rules_of([1_795_364_954_000 + n for n in range(30)])


def test_a_redacted_value_gives_its_type_only() -> None:
    assert rules_of(["[redacted:email_address:199405d8]"] * 5) == {("", "is"): "string"}


def test_of_a_cut_value_the_members_before_the_cut_are_read() -> None:
    value, is_read, is_whole = read_value('{"orderId":"B1","lines":[{"sku":"D001"},{"sku":"D0', is_cut=True)
    assert (value, is_read, is_whole) == ({"orderId": "B1", "lines": [{"sku": "D001"}]}, True, False)
    parts = {part.path: part.is_whole for part in parts_of(value, is_whole)}
    assert parts == {"": False, "orderId": True, "lines": False, "lines[]": False, "lines[].sku": False}


def test_a_link_needs_three_distinct_values() -> None:
    def links(pairs: list[tuple[Any, Any]]) -> list[tuple[str, Any]]:
        found = infer_links([({"read": read}, list(parts_of(left, True))) for left, read in pairs])
        return [(rule.name, rule.argument) for rule in found]

    assert links([(1, 1), (2, 2), (3, 3)]) == [("sameAs", "read")]
    assert links([(1, 1), (1, 1), (1, 1)]) == []
    assert links([([3, 4], 7), ([1, 1, 1], 3), ([5, 5], 10)]) == [("sumIs", "read")]
    assert links([([2, 1], [1, 2]), ([4, 3], [3, 4]), ([9, 8], [8, 9])]) == [("sameItemsAs", "read")]


def test_texts_made_of_those_that_were_read_are_linked_place_by_place() -> None:
    def seen(reverse: bool) -> list[tuple[dict[str, object], list[Part]]]:
        read = [[f"D{number + other:03}" for other in range(2 + number)] for number in range(3)]
        left = [[f"{sku} leek" for sku in (skus[::-1] if reverse else skus)] for skus in read]
        return [({"ranked": skus}, list(parts_of(page, True))) for skus, page in zip(read, left, strict=True)]

    assert [rule.name for rule in infer_links(seen(False))] == ["asManyAs", "eachContains"]
    assert [rule.name for rule in infer_links(seen(True))] == ["asManyAs"]


def test_cut_lists_are_linked_by_the_texts_that_both_show() -> None:
    read = [{"ranked": [f"D{number + other:03}" for other in range(9)]} for number in range(3)]
    left = [[f"{sku} leek" for sku in one["ranked"][:3]] for one in read]
    assert [rule.name for rule in infer_place_links(list(zip(read, left, strict=True)))] == ["eachContains"]
    shifted = [[f"{sku} leek" for sku in one["ranked"][1:4]] for one in read]
    assert infer_place_links(list(zip(read, shifted, strict=True))) == []
    assert infer_place_links(list(zip(read, left, strict=True))[:2]) == []
