"""Texts by their places say what the same texts say as Python's own."""

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.log_ingest.segment import make_segment
from orchestration.log_ingest.texts import Texts, padded
from tests.unit.log_ingest.test_matching_rules import PIECES

TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=30)), min_size=1, max_size=20)


def texts_of(values: list[str]) -> Texts:
    return Texts.of(pl.Series(values, dtype=pl.String))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example(["", "a" * 12, "a" * 13, "é" * 6, "🎼" * 3, "\0" * 12, "x\ny"])
def test_a_view_shows_the_text_it_is_of(values: list[str]) -> None:
    texts = texts_of(values)
    texts.array.validate(full=True)
    assert texts.series.to_list() == values
    assert texts.gather(pl.arange(len(values) - 1, -1, -1, eager=True).to_numpy()).series.to_list() == values[::-1]


@settings(max_examples=150, deadline=None)
@given(TEXTS, PIECES)
@example(["abcdefgh", "ijklmnop", "abcdefghijklmnop"], "abcdefghijklmnop")
def test_a_text_begins_with_a_literal_or_not_whatever_text_lies_behind_it(values: list[str], literal: str) -> None:
    found = texts_of(values).starts_with(slice(0, len(values)), literal.encode(), 0)
    assert found.tolist() == [value.startswith(literal) for value in values]


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(0, 40))
def test_the_head_of_a_text_is_whole_characters(values: list[str], byte_count: int) -> None:
    heads = texts_of(values).heads(byte_count).series.to_list()
    assert heads == [value.encode()[:byte_count].decode("utf-8", "ignore") for value in values]


def test_other_texts_take_the_places_of_some() -> None:
    texts = texts_of(["one", "two", "three"]).with_texts(pl.Series([2, 0]).to_numpy(), pl.Series(["drei", "eins"]))
    assert texts.series.to_list() == ["eins", "two", "drei"]


def test_texts_without_a_byte_are_texts() -> None:
    assert texts_of([""] * 3).series.to_list() == [""] * 3
    assert texts_of([]).series.to_list() == []
    assert len(padded(b"")) > 0


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", b"\xff", b"\xe2\x82", "é".encode()])), st.integers(0, 30))
def test_a_segment_of_the_first_bytes_is_the_segment_of_these_bytes(pieces: list[bytes], byte_count: int) -> None:
    data = b"".join(pieces)
    first, alone = make_segment(data, 5, 1, byte_count), make_segment(data[:byte_count], 5, 1)
    assert first.data[: first.text_byte_count] == alone.data[: alone.text_byte_count]
    for name in ("ends", "starts", "byte_counts"):
        assert getattr(first, name).tolist() == getattr(alone, name).tolist()
