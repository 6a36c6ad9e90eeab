"""How counts and lists are said in a line that a person reads."""

from collections.abc import Sequence


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """Return `1 line`, `2,000 lines`; `nouns` is the plural where it is more than an s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def named(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """Return the first names, and how many more there are: `a, b and 3 more`."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return separator.join(names[:most]) + more
