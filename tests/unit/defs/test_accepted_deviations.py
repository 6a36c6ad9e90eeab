"""The user's own exceptions: what a file may say, and how a wrong one is told."""

from pathlib import Path

import pytest

from orchestration.defs.project.accepted_deviations import read_accepted_deviations
from orchestration.domain.errors import UsageError

HEAD = "deviation_class,sequence,place,reason,accepted_on,until\n"


def write(folder: Path, text: str) -> str:
    path = folder / "accepted.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_exception_keeps_its_line_and_what_it_leaves_out_is_any(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + 'missing_beat,Drop,2,"known, and harmless",2026-11-01,2026-12-31\n')
    assert read_accepted_deviations([path]).to_pylist() == [
        {
            "entry_number": 2,
            "accepted_file_name": "accepted.csv",
            "deviation_class": "missing_beat",
            "sequence_pattern": "Drop",
            "place_pattern": "2",
            "reason": "known, and harmless",
            "accepted_on": "2026-11-01",
            "accepted_until": "2026-12-31",
        }
    ]


def test_sequence_place_and_last_day_may_be_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "deviation_class,reason,accepted_on\nshared_topic,by design,2026-11-01\n")
    (row,) = read_accepted_deviations([path]).to_pylist()
    assert (row["sequence_pattern"], row["place_pattern"], row["accepted_until"]) == ("*", "*", None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("deviation_class,reason\n", "the column accepted_on is missing"),
        (HEAD.strip() + ",owner\n", "owner is not a column"),
        (HEAD + "missing_beat,Drop,2,,2026-11-01,\n", "reason is empty"),
        (HEAD + "missing_beat,Drop,2,known,yesterday,\n", "'yesterday' is not a day"),
        (HEAD + "missing_beat,Drop,2,known, and harmless,2026-11-01,\n", "more values than columns"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError, match=words) as raised:
        read_accepted_deviations([path])
    assert path in str(raised.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_accepted_deviations([str(tmp_path / "absent.csv")])


def test_no_files_are_an_empty_table() -> None:
    assert read_accepted_deviations([]).num_rows == 0
