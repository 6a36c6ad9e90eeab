"""How counts and lists are said in a line that a person reads."""

from collections.abc import Sequence


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """Return `1 line`, `2,000 lines`; `nouns` is the plural where it is more than an s."""
    return f"{count:,} {form(count, noun, nouns)}"


def form(count: int, noun: str, nouns: str | None = None) -> str:
    """Return the noun as it stands after the count."""
    return noun if count == 1 else nouns or noun + "s"


def more(count: int, shown: int) -> str:
    """Return how many there are beyond those shown, `and 3 more`; nothing when those are all."""
    return f"and {count - shown:,} more" if count > shown else ""


def named(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """Return the first names, and how many more there are: `a, b and 3 more`."""
    return f"{separator.join(names[:most])} {more(len(names), most)}".rstrip()
