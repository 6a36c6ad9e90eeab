"""Examples of what a check found, each leading back to a line of a log or of the code.

Log text reaches these sentences unescaped but on one line and shortened; whoever shows them escapes them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

EXAMPLE_COUNT = 5
LONGEST_EXAMPLE = 300

_PLACES = (("log_file_path", "line_number"), ("code_file_path", "code_line_number"), ("declaration_file_path", None))


def example_in_words(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """Return `path:line: what`, where what is the row's label or else the values of `columns`."""
    what = str(row.get("label") or ", ".join(f"{name} = {_value_in_words(row.get(name))}" for name in columns))
    place = _place_in_words(row)
    text = f"{place}: {what}" if place else what
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"


def _place_in_words(row: Mapping[str, Any]) -> str:
    for path_column, line_column in _PLACES:
        path = row.get(path_column)
        if isinstance(path, str) and path:
            line = row.get(line_column) if line_column else None
            return path if line is None or not is_present(line) else f"{path}:{int(line)}"
    return ""


def _value_in_words(value: object) -> str:
    if not is_present(value):
        return "nothing"
    return f"{value:g}" if isinstance(value, float) else str(value)


def is_present(value: Any) -> bool:
    """Tell whether a value read from a frame is one; pandas says null in four ways."""
    import pandas as pd

    return bool(pd.notna(value))
