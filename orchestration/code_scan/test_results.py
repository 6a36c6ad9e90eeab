"""Test results: from JUnit XML and the JSON of Vitest and Jest to one row per test."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.code_scan.report_json import parse_report_json
from orchestration.code_scan.report_numbers import read_number
from orchestration.code_scan.report_text import RESULT_ROOTS, decode_report, root_of
from orchestration.code_scan.xml_records import Record, XmlRecords, local_name

_STATUS = {"passed": "passed", "failed": "failed", "pending": "skipped", "skipped": "skipped", "todo": "skipped"}


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test as reported; `places` are the paths and names the report gives for its file, the surest first."""

    places: tuple[str, ...]
    title: str
    status: str
    duration_ms: float | None
    failure_message: str | None


@dataclass(frozen=True, slots=True)
class ResultReport:
    """The tests of a report, and what of it could not be used, in words."""

    tests: tuple[TestResult, ...]
    problems: tuple[str, ...]


def parse_results(content: bytes) -> ResultReport | None:
    """Return the tests a report speaks of; None when it is no report of results."""
    text, problem = decode_report(content)
    told = [problem] if problem else []
    tag, below, refusal = root_of(text)
    if tag in RESULT_ROOTS and not refusal:
        records = XmlRecords(below, frozenset({"testcase"}), RESULT_ROOTS)
        tests = tuple(_junit_result(record) for record in records)
        return ResultReport(tests, (*told, *records.problems))
    if text.lstrip().startswith("{"):
        value, _ = parse_report_json(text)
        if isinstance(value, dict) and isinstance(value.get("testResults"), list):
            return ResultReport(tuple(_json_results(value)), tuple(told))
    return None


def _junit_result(record: Record) -> TestResult:
    element = record.element
    parts = {local_name(child): child for child in element}
    failure = next((parts[tag] for tag in ("failure", "error") if tag in parts), None)
    status = "failed" if failure is not None else "skipped" if "skipped" in parts else "passed"
    message = failure.get("message") or failure.text or "" if failure is not None else ""
    seconds = read_number(element.get("time"))
    return TestResult(
        places=tuple(_junit_places(record)),
        title=element.get("name") or "(no title)",
        status=status,
        duration_ms=round(seconds * 1000, 6) if seconds is not None and 0 <= seconds < 1e9 else None,
        failure_message=_first_line(message),
    )


def _junit_places(record: Record) -> list[str]:
    """Return what may be the test's file: named as such by the test or a suite, or else by the names of both."""
    suites = [attributes for _, attributes in reversed(record.around)]
    named = [record.element.get("file"), *(suite.get(key) for suite in suites for key in ("file", "filepath"))]
    class_name = record.element.get("classname") or ""
    found = [*named, class_name, *(suite.get("name") for suite in suites)]
    if "." in class_name and "/" not in class_name and " " not in class_name:
        # pytest writes tests/cart/test_total.py::TestSum as tests.cart.test_total.TestSum.
        parts = class_name.split(".")
        found += ["/".join(parts[:count]) + ".py" for count in (len(parts), len(parts) - 1) if count]
    return list(dict.fromkeys(place for place in found if place))


def _json_results(value: Mapping[str, Any]) -> Iterator[TestResult]:
    for suite in value["testResults"]:
        tests = suite.get("assertionResults") if isinstance(suite, dict) else None
        for test in tests if isinstance(tests, list) else ():
            if not isinstance(test, dict):
                continue
            messages = test.get("failureMessages")
            duration = read_number(test.get("duration"))
            yield TestResult(
                places=(str(suite.get("name") or suite.get("testFilePath") or ""),),
                title=_text(test.get("fullName") or test.get("title") or "(no title)"),
                status=_STATUS.get(str(test.get("status")), "skipped"),
                duration_ms=duration if duration is not None and 0 <= duration < 1e12 else None,
                failure_message=_first_line(_text(messages[0]) if isinstance(messages, list) and messages else ""),
            )


def _text(value: Any) -> str:
    # JSON may hold half of a pair (\ud800), which no table takes.
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _first_line(text: str) -> str | None:
    return text.strip().partition("\n")[0][:500] or None
