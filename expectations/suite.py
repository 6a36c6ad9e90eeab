"""What a suite is: checks on one table, declared as data.

A check names the expectation of Great Expectations that judges it and says in words what is expected, why, and what
was found. The suites themselves are in `raw/` and `marts/`, one module per table; judging is in `judge.py`.
Keys, relations and accepted values belong to dbt, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from orchestration.domain.severity import Severity

Layer = Literal["raw", "marts"]
Schema = Literal["raw", "marts", "reports"]
Subject = Literal["data", "application"]

# The page of the site that shows what checks of the data found.
DATA_PAGE = "data-health.html"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a check looks at: the rows of a query.

    Columns `log_file_path` and `line_number` (or `code_file_path` and `code_line_number`) lead examples back to a
    place; a column `label` says in words what a row is, and a column `thing` names what is judged one by one. A frame
    of facts has exactly one row.
    """

    sql: str


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: `expectation` is the class in Great Expectations, given `columns` and `arguments`.

    `expected` is filled in from the arguments, `observed` from the only row of a frame of facts. A frame of facts
    holds no examples, so `examples` is a query for them, asked only when the check fails. `noun` is what the rows of
    the frame are called, where it is not the noun of the suite. `population` counts what could have shown a breach,
    where the frame holds breaches only: none among a thousand is a finding, none among none is not. `page` is the page
    of the site that shows more: a check that leads to another page than data health speaks of the application.
    """

    name: str
    severity: Severity
    description: str
    why: str
    frame: Frame
    expectation: str
    expected: str
    columns: tuple[str, ...] = ()
    arguments: Mapping[str, object] = field(default_factory=dict)
    observed: str = ""
    examples: str = ""
    noun: str = ""
    population: str = ""
    page: str = DATA_PAGE

    @property
    def subject(self) -> Subject:
        """Return whether a failure says that the data cannot be trusted or that the application has a problem."""
        return "data" if self.page == DATA_PAGE else "application"

    def expected_in_words(self) -> str:
        """Say what was expected, with the numbers the expectation was given."""
        return self.expected.format(**self.arguments)


@dataclass(frozen=True, slots=True)
class Suite:
    """The checks of one table; `noun` is what its rows are called in a sentence."""

    layer: Layer
    schema: Schema
    table: str
    noun: str
    checks: tuple[Check, ...]

    @property
    def name(self) -> str:
        """Return the suite's name, such as marts.fct_flows."""
        return f"{self.schema}.{self.table}"
