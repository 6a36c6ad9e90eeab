"""Columns made of pieces hold what the pieces say, and nothing of what was made together with them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from orchestration.log_ingest.captures import captured, captured_once, without_names
from orchestration.log_ingest.columns import Piece, number_column, plain_text_column, text_codes
from orchestration.log_ingest.prefixes import _Codes
from tests.unit.log_ingest.log_lake import beat_log, ingest, write

PIECES = [
    Piece(np.array([4, 0]), pl.Series(["tea", None], dtype=pl.String)),
    Piece(np.array([0, 2]), pl.Series(["cup", "7"])),
]


def test_a_null_says_nothing_about_its_row() -> None:
    assert text_codes(PIECES, 5).column(0, 5).to_pylist() == ["cup", None, "7", None, "tea"]
    assert number_column(PIECES, 5, pl.Int64()).to_pylist() == [None, None, 7, None, None]
    assert plain_text_column(PIECES[1:], 3).to_pylist() == ["cup", None, "7"]


def test_a_dictionary_holds_the_texts_of_its_rows_in_their_order_and_no_others() -> None:
    coded = text_codes(PIECES, 5)
    assert coded.column(0, 5).dictionary.to_pylist() == ["7", "cup", "tea"]
    for begin, end in ((0, 1), (1, 2), (2, 5), (3, 3)):
        column = coded.column(begin, end)
        assert column.to_pylist() == ["cup", None, "7", None, "tea"][begin:end]
        assert column.dictionary.to_pylist() == sorted(text for text in column.to_pylist() if text)


def test_a_log_gives_the_same_bytes_alone_and_among_others(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "logs" / f"{number}.log", beat_log(300, first=1 + number * 300))
    together = ingest(tmp_path / "logs", tmp_path / "together").parquet_bytes()
    alone = ingest([tmp_path / "logs" / "1.log"], tmp_path / "alone").parquet_bytes()
    parts = [name for name in alone if "log_records" in name and not name.endswith("_schema.parquet")]
    assert len(parts) == 1
    assert together[parts[0]] == alone[parts[0]]


@pytest.mark.parametrize("distinct", [1, 7, 5000])
def test_texts_that_repeat_give_what_each_alone_would_give(distinct: int) -> None:
    texts = pl.Series([f"beat {number % distinct} of x" if number % 3 else "no" for number in range(5000)])
    pattern = "^beat (?P<beat_number>[0-9]+) (?P<rest>of .*)?"
    assert captured_once(texts, pattern).equals(captured(texts, pattern))


def test_a_pattern_matches_the_same_without_names() -> None:
    pattern = r"^(?P<a>x)(?<b>\(\?)(?:y|(?i)z)"
    assert without_names(pattern) == r"^(?:x)(?:\(\?)(?:y|(?i)z)"


@pytest.mark.parametrize("count", [0, 1, 5, 700])
def test_numbers_are_found_by_a_table(count: int) -> None:
    keys = [number * 0x0101_0101_0101 + 0x2020 for number in range(1, count + 1)]
    asked = np.array([0, 1, *keys, *(key + 1 for key in keys)], np.uint64)
    expected = [count, count, *range(count), *([count] * count)]
    assert _Codes(keys).of(asked).tolist() == expected
