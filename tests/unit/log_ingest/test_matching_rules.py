"""Rules find the messages they should, whatever shortcuts the index takes."""

from dataclasses import replace

import numpy as np
import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.domain.tables import RECORD_FIELDS
from orchestration.log_ingest.dialect import Dialect, Entry, Rule
from orchestration.log_ingest.prefixes import PrefixIndex
from orchestration.log_ingest.record_columns import RecordMaker
from orchestration.log_ingest.records import Records
from orchestration.log_ingest.texts import Texts

FIELD_NAMES = [field.name for field in RECORD_FIELDS]
DIALECT = Dialect("x", "x", "sequential", Entry(("^",)))
PIECES = st.lists(st.sampled_from(["a", "b", "é", "🎼 ", "Executor", ": ", "Started"]), min_size=1, max_size=8).map(
    "".join
)


def matched(rules: list[Rule], messages: list[str]) -> pl.DataFrame:
    count = len(messages)
    records = Records(np.arange(count), np.ones(count, np.int64), Texts.of(pl.Series(messages, dtype=pl.String)))
    made = RecordMaker(replace(DIALECT, rules=tuple(rules))).make(records).rows(0, count)
    return pl.DataFrame({name: made[name].to_pylist() for name in ("message_type", *FIELD_NAMES)}, strict=False)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12), st.lists(st.one_of(PIECES, st.text(max_size=6)), min_size=1, max_size=40))
@example(["a" * 8, "a" * 16, "a"], ["a" * 16, "a" * 15, "a" * 8, "a" * 7, "", "a"])
@example(["🎼 Executor: aa", "🎼 Executor: ab", "🎼 "], ["🎼 Executor: ab", "🎼 x", "🎼 Executor: ", "\0" * 20])
def test_the_first_rule_whose_literal_a_message_begins_with_wins(starts: list[str], messages: list[str]) -> None:
    rules = [Rule(f"type {number}", starts_with=(start,)) for number, start in enumerate(starts)]
    expected = [
        next((f"type {number}" for number, start in enumerate(starts) if message.startswith(start)), "other")
        for message in messages
    ]
    assert matched(rules, messages)["message_type"].to_list() == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=12), st.lists(PIECES, min_size=1, max_size=30))
def test_every_row_is_in_exactly_one_group(starts: list[str], messages: list[str]) -> None:
    index = PrefixIndex([(start,) for start in starts])
    rows = [row for group in index.groups(Texts.of(pl.Series(messages))) for row in group.rows.tolist()]
    assert sorted(rows) == list(range(len(messages)))


def test_a_rule_whose_pattern_fails_leaves_the_message_to_the_next() -> None:
    rules = [
        Rule("numbered", starts_with=("beat ",), patterns=(r"^beat (?P<beat_number>[0-9]+)$",)),
        Rule("named", starts_with=("beat ",), patterns=(r"^beat (?P<topic>[a-z]+)$", r"^beat \((?P<topic>[a-z]+)\)$")),
        Rule("late", patterns=("^beat",)),
        Rule("any beat", starts_with=("be",)),
    ]
    rows = matched(rules, ["beat 7", "beat tea", "beat (pot)", "beat ?", "bear", "x"])
    assert rows["message_type"].to_list() == ["numbered", "named", "named", "any beat", "any beat", "other"]
    assert rows["beat_number"].to_list() == [7, None, None, None, None, None]
    assert rows["topic"].to_list() == [None, "tea", "pot", None, None, None]


def test_rules_without_a_literal_come_last() -> None:
    rules = [Rule("late", patterns=("tea",)), Rule("early", starts_with=("green",))]
    assert matched(rules, ["green tea", "black tea"])["message_type"].to_list() == ["early", "late"]


def test_constants_fill_what_a_pattern_leaves_empty() -> None:
    rules = [
        Rule(
            "r",
            starts_with=("r",),
            patterns=("^r(?P<topic>[0-9])?",),
            constants=(("topic", "none"), ("item_count", "3")),
        )
    ]
    rows = matched(rules, ["r1", "r"])
    assert rows["topic"].to_list() == ["1", "none"]
    assert rows["item_count"].to_list() == [3, 3]


def test_a_number_that_is_none_is_null_and_the_record_stays() -> None:
    rules = [Rule("r", starts_with=("r ",), patterns=("^r (?P<duration_ms>.*)",))]
    assert matched(rules, ["r 1.5", "r x", "r 9" * 30])["duration_ms"].to_list() == [1.5, None, None]


def test_an_integer_too_large_is_null() -> None:
    rules = [Rule("r", starts_with=("r ",), patterns=("^r (?P<item_count>[0-9]+)",))]
    assert matched(rules, ["r 12", f"r {'9' * 30}"])["item_count"].to_list() == [12, None]
