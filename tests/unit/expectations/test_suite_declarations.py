"""The declarations themselves: every check has a name of its own, a sentence, a reason and no duty of dbt's."""

import subprocess
import sys

import pytest

from expectations.suite import Suite
from expectations.suites import SUITES


def test_names_are_unique_within_a_suite() -> None:
    for suite in SUITES:
        names = [check.name for check in suite.checks]
        assert len(names) == len(set(names)), suite.name


def test_every_table_has_one_suite() -> None:
    assert len({suite.name for suite in SUITES}) == len(SUITES)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_descriptions_and_reasons_are_sentences(suite: Suite) -> None:
    for check in suite.checks:
        for sentence in (check.description, check.why):
            assert sentence[0].isupper(), sentence
            assert sentence.endswith("."), sentence
        assert check.expected_in_words()


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_limit_in_the_sentence_is_the_limit_that_is_judged(suite: Suite) -> None:
    for check in suite.checks:
        limits = [value for value in check.arguments.values() if isinstance(value, float)]
        for limit in limits:
            said = check.description + check.expected_in_words()
            assert f"{limit:g}" in said or f"{100 - limit:g}" in said, check.name


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_keys_and_relations_are_left_to_dbt(suite: Suite) -> None:
    for check in suite.checks:
        assert "Unique" not in check.expectation


def test_importing_the_suites_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.validate; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
