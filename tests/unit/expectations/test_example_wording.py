"""Examples are one short line that leads to a place, whatever the log text holds."""

import pandas as pd
import pytest

from expectations.place import LONGEST_EXAMPLE, example_in_words


def test_an_example_begins_with_the_path_and_line_of_the_log() -> None:
    row = {"log_file_path": "logs/a.log", "line_number": 12, "duration_ms": -4.5}
    assert example_in_words(row, ("duration_ms",)) == "logs/a.log:12: duration_ms = -4.5"


def test_an_example_in_code_begins_with_its_file_and_line() -> None:
    row = {"code_file_path": "src/a.ts", "code_line_number": 3.0, "label": "Plugin.run"}
    assert example_in_words(row, ()) == "src/a.ts:3: Plugin.run"


def test_a_declaration_has_a_path_and_no_line() -> None:
    assert example_in_words({"declaration_file_path": "s/a.json", "label": "A"}, ()) == "s/a.json: A"


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
def test_what_is_absent_is_called_nothing(nothing: object) -> None:
    row = {"log_file_path": nothing, "line_number": nothing, "sequence_id": nothing}
    assert example_in_words(row, ("sequence_id",)) == "sequence_id = nothing"


def test_a_label_of_several_lines_stays_on_one() -> None:
    assert example_in_words({"label": "a\n  b\tc"}, ()) == "a b c"


def test_a_long_label_is_cut_and_says_so() -> None:
    text = example_in_words({"label": "x" * 5000}, ())
    assert len(text) == LONGEST_EXAMPLE
    assert text.endswith("…")
