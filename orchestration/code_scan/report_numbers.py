"""Numbers in reports as their tools write them: counts with fractions, times with commas, values that are none."""

import math
import re
from typing import Any

_NUMBER = re.compile(r"^[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]{1,3})?$|^[+-]?[.,][0-9]+$")
# Beyond this a count is a damaged one, and a line is none.
_MOST = 1e18


def read_count(value: Any) -> int | None:
    """Return a count, also from `1.0`, `1,000` or `-1`; None when it is no number."""
    number = read_number(value.replace(",", "") if isinstance(value, str) else value)
    return int(number) if number is not None and abs(number) < _MOST else None


def read_line(value: Any) -> int | None:
    """Return a line number, from 1; None when it is none."""
    number = read_count(value)
    return number if number is not None and number > 0 else None


def read_number(value: Any) -> float | None:
    """Return a finite number from a JSON value or from text with a decimal comma or commas between thousands."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        value = _plain(text) if len(text) < 400 and _NUMBER.match(text) else None
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _plain(text: str) -> str:
    """Return a number with a point at most; one comma alone is a decimal one, since tools write three decimals."""
    if text.count(",") == 1 and "." not in text:
        return text.replace(",", ".")
    if text.rfind(",") > text.rfind(".") >= 0:
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")
