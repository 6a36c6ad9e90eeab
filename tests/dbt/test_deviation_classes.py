"""The classes of deviations, drift and errors have one home, the seed; what others say of classes is of these."""

import csv
import re

import pytest

from docs_site.parts.words import deviation_noun, deviation_words, plain_words
from orchestration.domain.deviation_classes import classes_of
from orchestration.domain.severity import SEVERITIES
from tests.dbt.project_files import PROJECT

PLACES = {"topic", "handler", "sequence", "beat", "expected", "observed"}


@pytest.fixture(scope="module")
def fixed() -> set[tuple[str, str]]:
    """Return kind and class of what the seed known_fixes knows a fix for."""
    with (PROJECT / "seeds" / "known_fixes.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["symptom_kind"], row["symptom_class"]) for row in csv.DictReader(lines)}


@pytest.mark.parametrize("class_kind", ["deviation", "drift"])
def test_every_class_has_a_severity_and_sentences_whose_places_can_be_filled(class_kind: str) -> None:
    for name, one in classes_of(class_kind).items():
        assert one.severity in SEVERITIES, name
        assert one.expected_words, name
        assert one.observed_words, name
        assert set(re.findall(r"\{(\w+)\}", one.expected_words + one.observed_words)) <= PLACES, name


@pytest.mark.parametrize("class_kind", ["deviation", "drift", "error"])
def test_a_fix_is_known_for_classes_there_are_only(class_kind: str, fixed: set[tuple[str, str]]) -> None:
    assert {name for kind, name in fixed if kind == class_kind} <= set(classes_of(class_kind))


def test_a_fix_is_known_for_every_deviation_that_is_more_than_information(fixed: set[tuple[str, str]]) -> None:
    severe = {("deviation", name) for name, one in classes_of("deviation").items() if one.severity != "info"}
    assert severe - fixed == set()


def test_the_site_has_words_for_every_class_and_tells_them_apart() -> None:
    names = list(classes_of("deviation"))
    assert [name for name in names if deviation_words(name) == plain_words(name)] == []
    assert len({deviation_words(name) for name in names}) == len(names)
    assert deviation_noun("hung_flow") == "flow hung"
    assert deviation_noun("missing_beat") == "missing"


def test_the_help_says_of_every_class_when_it_is_found() -> None:
    text = (PROJECT.parent / "docs_site" / "docs" / "help" / "numbers.md").read_text(encoding="utf-8")
    rows = {name for cell in re.findall(r"^\| ([a-z_, ]+) \|", text, flags=re.MULTILINE) for name in cell.split(", ")}
    assert (set(classes_of("deviation")) | set(classes_of("drift"))) - rows == set()
