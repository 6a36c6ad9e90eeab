"""The classes of deviations are the same wherever they are listed: in the macro, the contract, the site's words."""

import re

from docs_site.words import deviation_words, plain_words
from tests.dbt.project_files import PROJECT, models


def listed_classes() -> set[str]:
    """Return the classes of the macro, against which exceptions are checked."""
    text = (PROJECT / "macros" / "deviation_classes.sql").read_text(encoding="utf-8")
    return set(re.findall(r"'(\w+)'", text))


def test_an_exception_can_name_every_class_there_is() -> None:
    (model,) = [model for model in models() if model.name == "fct_flow_deviations"]
    (test,) = [test for test in model.columns["deviation_class"]["data_tests"] if isinstance(test, dict)]
    assert set(test["accepted_values"]["arguments"]["values"]) == listed_classes()


def test_the_site_has_words_for_every_class() -> None:
    assert [name for name in sorted(listed_classes()) if deviation_words(name) == plain_words(name)] == []
