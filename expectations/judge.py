"""Judging: the only module that talks to Great Expectations.

One call judges one frame with all its checks. The context lives in memory; nothing is written, drawn or sent. Great
Expectations takes seconds to import, so it is imported on first use.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.suite import Check

if TYPE_CHECKING:
    import pandas as pd

# A list of what fails is read to its end; beyond this it is a count.
NAMED_COUNT = 50

# Asking Great Expectations for the places of unexpected rows took 190 s where 1,000,000 rows were unexpected; the
# basic format takes 1 s, and names enough values to find the rows by.
_RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": NAMED_COUNT}

_COLUMN_ARGUMENTS = {0: (), 1: ("column",), 2: ("column_A", "column_B")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations says of one check; `failure` is the reason when it could not judge at all."""

    is_success: bool
    observed_value: object = None
    unexpected_count: int | None = None
    element_count: int | None = None
    unexpected_values: tuple[object, ...] = ()
    failure: str = ""


def judge(frame: "pd.DataFrame", checks: Sequence[Check]) -> list[Verdict]:
    """Return a verdict per check on `frame`, in order. Never raises for what a check or the frame holds."""
    verdicts: dict[int, Verdict] = {}
    expectations = []
    for number, check in enumerate(checks):
        try:
            expectations.append(_build_expectation(check, number))
        except Exception as error:
            verdicts[number] = Verdict(is_success=False, failure=f"the check could not be built: {_first_line(error)}")
    for outcome in _validate(frame, expectations):
        verdicts[outcome.expectation_config.meta["number"]] = _verdict(outcome)
    missing = Verdict(is_success=False, failure="Great Expectations returned no result for this check")
    return [verdicts.get(number, missing) for number in range(len(checks))]


def _build_expectation(check: Check, number: int) -> Any:
    _library()
    import great_expectations.expectations as known

    columns = dict(zip(_COLUMN_ARGUMENTS[len(check.columns)], check.columns, strict=True))
    build = getattr(known, check.expectation)
    return build(**columns, **check.arguments, severity=check.severity, meta={"number": number})


def _validate(frame: "pd.DataFrame", expectations: list[Any]) -> list[Any]:
    if not expectations:
        return []
    library = _library()
    suite = library.ExpectationSuite(name="suite", expectations=expectations)
    batch = _frames().get_batch({"dataframe": frame})
    results: list[Any] = batch.validate(suite, result_format=_RESULT_FORMAT).results
    return results


def _verdict(outcome: Any) -> Verdict:
    failure = _failure(outcome.exception_info or {})
    if failure:
        return Verdict(is_success=False, failure=failure)
    found = outcome.result
    return Verdict(
        is_success=bool(outcome.success),
        observed_value=found.get("observed_value"),
        unexpected_count=found.get("unexpected_count"),
        element_count=found.get("element_count"),
        unexpected_values=tuple(found.get("partial_unexpected_list") or ()),
    )


def _failure(information: dict[str, Any]) -> str:
    """Return why an expectation raised; the report is one level deeper when a metric of it raised."""
    reports = [information] if "raised_exception" in information else list(information.values())
    raised = [report for report in reports if report.get("raised_exception")]
    return _first_line(raised[0].get("exception_message")) if raised else ""


def _first_line(problem: object) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0] if lines else "no reason given"


@cache
def _library() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations

    return great_expectations


@cache
def _frames() -> Any:
    """Return the definition of a batch that is a whole frame; made once, as making it costs more than judging."""
    library = _library()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = library.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")
