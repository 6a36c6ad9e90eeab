"""Numbers, durations and times as people read them: rounded to what they can bear, units left to the header.

Every value may be None, shown as an en dash. Thousands are separated by a narrow no-break space.
"""

from datetime import datetime

from orchestration.domain.amounts import form

NOTHING = "\u2013"
_THIN = "\u202f"


def format_count(value: int | float | None) -> str:
    """Return a whole number with its thousands separated."""
    return NOTHING if value is None else f"{round(value):,}".replace(",", _THIN)


def format_number(value: float | None) -> str:
    """Return about three significant digits, never more decimals than two."""
    if value is None:
        return NOTHING
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{value:,.{decimals}f}".replace(",", _THIN)


def format_share(value: float | None) -> str:
    """Return a percentage with its sign; of nothing there is no share, and no sign."""
    return NOTHING if value is None else f"{format_pct(value)} %"


def format_pct(value: float | None) -> str:
    """Return a percentage without its sign; 100 and 0 only when exact."""
    if value is None:
        return NOTHING
    if value in (0, 100):
        return str(int(value))
    if 99.9 < value < 100:
        return "> 99.9"
    return "< 0.1" if value < 0.1 else f"{value:.1f}"


def format_duration(milliseconds: float | None) -> str:
    """Return a duration with the unit that suits it, for sentences (tables keep one unit per column)."""
    if milliseconds is None:
        return NOTHING
    if milliseconds < 1000:
        return f"{format_number(milliseconds)} ms"
    seconds = milliseconds / 1000
    if seconds < 120:
        return f"{format_number(seconds)} s"
    return f"{format_number(seconds / 60)} min" if seconds < 7200 else f"{format_number(seconds / 3600)} h"


def format_bytes(count: float | None) -> str:
    """Return a size in the unit that suits it, decimal units."""
    if count is None:
        return NOTHING
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{format_number(count)} {unit}"
        count /= 1000
    return f"{format_number(count)} GB"


def format_time(moment: datetime | None) -> str:
    """Return a UTC time to the second."""
    return NOTHING if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S")


def format_days(first: datetime | None, last: datetime | None) -> str:
    """Return the span of two moments in days: `17 Nov 2026` or `17 Nov to 22 Nov 2026`."""
    if first is None or last is None:
        return "no clock in the logs"
    if first.date() == last.date():
        return f"{last.day} {last:%b %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%b} to {last.day} {last:%b %Y}"
    return f"{first.day} {first:%b %Y} to {last.day} {last:%b %Y}"


def plural(count: int, word: str, many: str | None = None) -> str:
    """Return `1 flow`, `2 flows`."""
    return f"{format_count(count)} {form(count, word, many)}"
