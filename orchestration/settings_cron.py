"""Cron expressions as the schedules take them: what is wrong with one, said before Dagster would end in it.

The five fields of cron with lists, ranges (also over the end, like fri-mon), steps and names, and the signs `L`, `#`
and `?` of croniter, which Dagster uses. Anything Dagster refuses is refused here, and so is what would never come, or
come more often than it says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "sun mon tue wed thu fri sat".split()
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_RANGE = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/([0-9]+))?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Field:
    title: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    # The value of the first name, and what else may stand for a value.
    first_named: int = 0
    special: re.Pattern[str] = re.compile(r"(?!)")


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31, special=re.compile("l")),
    _Field("month", 1, 12, tuple(_MONTHS), 1),
    _Field("day of the week", 0, 7, tuple(_DAYS), special=re.compile(rf"l[0-7]|([0-7]|{'|'.join(_DAYS)})#[1-5]")),
)
_DAY_FIELDS = frozenset({"day of the month", "day of the week"})


def check_cron(expression: str) -> str:
    """Return the expression; raise ValueError that says which part is wrong."""
    fields = expression.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError("a cron expression has five fields, like '0 5 * * *'")
    values = [list(_values(text, field)) for text, field in zip(fields, _FIELDS, strict=True)]
    days, months = values[2], values[3]
    if days and all(day > _LONGEST[month - 1] for day in days for month in months):
        raise ValueError(f"the months it names have no day {min(days)}")
    return expression


def _values(text: str, field: _Field) -> Iterator[int]:
    """Yield the values a field names; nothing for one that only special signs name."""
    for part in text.split(","):
        if field.special.fullmatch(part) or (text == "?" and field.title in _DAY_FIELDS):
            continue
        found = _RANGE.fullmatch(part)
        if found is None or (found[2] and found[1] == "*"):
            raise ValueError(f"{part!r} is no {field.title}; write one like '*', '5', '1-5' or '*/2'")
        first, last, step = field.lowest, field.highest, int(found[3] or 1)
        if found[1] != "*":
            first = _value(found[1], field)
            last = _value(found[2], field) if found[2] else (field.highest if found[3] else first)
        if not 0 < step <= field.highest - field.lowest + 1:
            raise ValueError(f"a step of {step} does not fit the {field.title}")
        yield from range(first, last + 1, step)
        if first > last:
            yield from (*range(first, field.highest + 1), *range(field.lowest, last + 1))


def _value(text: str, field: _Field) -> int:
    value = field.names.index(text) + field.first_named if text in field.names else -1
    if _NUMBER.fullmatch(text):
        value = int(text)
    if not field.lowest <= value <= field.highest:
        names = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
        raise ValueError(f"{field.title} {text} is not from {field.lowest} to {field.highest}{names}")
    return value
