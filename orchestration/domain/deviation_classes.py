"""The classes of deviations, of drift and of errors, as the seed `deviation_classes` of the dbt project lists them.

The seed is their one home: the warehouse joins it for severities and sentences, the site calls each class as it says.
What a class means and when it is found stands in the models and in the help on numbers.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SEED = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "deviation_classes.csv"


@dataclass(frozen=True, slots=True)
class DeviationClass:
    """A class; what the seed leaves empty is an empty string. `class_kind` is deviation, drift or error."""

    class_kind: str
    deviation_class: str
    severity: str
    title: str
    short_title: str
    expected_words: str
    observed_words: str


@cache
def classes_of(class_kind: str) -> Mapping[str, DeviationClass]:
    """Return the classes of a kind by name, in the order of the seed."""
    with SEED.open(encoding="utf-8", newline="") as lines:
        found = [DeviationClass(**row) for row in csv.DictReader(lines)]
    return {one.deviation_class: one for one in found if one.class_kind == class_kind}
