"""What a check found, in words and numbers, with examples.

Great Expectations decided already (`judge.py`); nothing here passes or fails a check.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.judge import NAMED_COUNT, Verdict
from expectations.place import EXAMPLE_COUNT, example_in_words, is_present
from expectations.source import load_rows
from expectations.suite import Check, Suite
from orchestration.warehouse import Connection

if TYPE_CHECKING:
    import pandas as pd


_NOTHING = "nothing to judge yet"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a check as people read it."""

    is_success: bool
    observed: str
    unexpected_count: int | None = None
    element_count: int | None = None
    is_judged: bool = True


def finding_in_words(
    suite: Suite, check: Check, verdict: Verdict, rows: "pd.DataFrame", population: int | None = None
) -> Finding:
    """Say what was found; a check on a single fact speaks of the fact, any other counts rows.

    `population` is how many things could have shown what is looked for, where the rows hold only those that did.
    """
    if verdict.failure:
        return Finding(False, f"could not be judged: {verdict.failure}")
    if check.observed:
        observed = _NOTHING if population == 0 and verdict.is_success else _facts_in_words(check, rows)
        return Finding(verdict.is_success, observed, is_judged=observed != _NOTHING)
    if verdict.element_count is None:
        return Finding(verdict.is_success, f"{_number_in_words(verdict.observed_value)}")
    noun = check.noun or suite.noun
    # What fails was judged, whatever was counted.
    is_judged = bool(verdict.element_count if population is None else population) or not verdict.is_success
    observed = _counts_in_words(noun, verdict)
    if population is not None and (not is_judged or not verdict.element_count):
        observed = "none was seen" if is_judged else _NOTHING
    return Finding(verdict.is_success, observed, verdict.unexpected_count, verdict.element_count, is_judged)


def find_examples(connection: Connection, check: Check, verdict: Verdict, rows: "pd.DataFrame") -> tuple[str, ...]:
    """Return up to five rows that are not as expected, in words; none when they cannot be told."""
    if verdict.failure:
        return ()
    if check.examples:
        found = load_rows(connection, check.examples, EXAMPLE_COUNT)
    elif check.observed:
        found = []
    else:
        found = _unexpected_rows(rows, check.columns, verdict.unexpected_values)[:EXAMPLE_COUNT]
    return tuple(example_in_words(row, check.columns) for row in found)


def find_things(check: Check, verdict: Verdict, rows: "pd.DataFrame") -> tuple[str, ...]:
    """Return the names of what is not as expected, where the frame names its rows (column `thing`)."""
    if verdict.failure or "thing" not in rows.columns:
        return ()
    found = _unexpected_rows(rows, check.columns, verdict.unexpected_values)
    return tuple(dict.fromkeys(str(row["thing"]) for row in found))


def _facts_in_words(check: Check, rows: "pd.DataFrame") -> str:
    """Fill the template from the only row; where the judged fact is null there was nothing to divide by."""
    facts = {str(name): _Fact(rows[name].iloc[0]) for name in rows.columns}
    if not all(facts[name].is_known for name in check.columns):
        return _NOTHING
    return check.observed.format(**facts)


class _Fact:
    """A value that may be absent, so that a template's number format does not raise on it."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self.is_known = is_present(value)

    def __format__(self, specification: str) -> str:
        return format(self._value, specification) if self.is_known else "nothing"


def _counts_in_words(noun: str, verdict: Verdict) -> str:
    elements, unexpected = verdict.element_count or 0, verdict.unexpected_count or 0
    if not elements:
        return f"no {noun} yet"
    if not unexpected:
        return f"all {elements:,} {noun}"
    return f"{unexpected:,} of {elements:,} {noun} failed ({100 * unexpected / elements:.3g}%)"


def _number_in_words(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _unexpected_rows(
    rows: "pd.DataFrame", columns: tuple[str, ...], values: tuple[object, ...]
) -> list[dict[str, Any]]:
    """Find rows of the frame by the unexpected values Great Expectations named: single values, nulls or pairs."""
    if not columns or not values:
        return []
    import pandas as pd

    pairs = [value if isinstance(value, tuple) else (value,) for value in values]
    named = pd.Series(False, index=rows.index)
    for position, column in enumerate(columns):
        wanted = [pair[position] for pair in pairs if is_present(pair[position])]
        has_null = any(not is_present(pair[position]) for pair in pairs)
        matches = rows[column].isin(wanted) | (rows[column].isna() if has_null else False)
        named = matches if position == 0 else named & matches
    found = rows[named].head(NAMED_COUNT).to_dict(orient="records")
    return [{str(name): value for name, value in row.items()} for row in found]
