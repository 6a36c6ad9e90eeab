"""Test results: from JUnit XML and the JSON of Vitest and Jest to one row per test."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from orchestration.code_scan.json_files import parse_json

_STATUS = {"passed": "passed", "failed": "failed", "pending": "skipped", "skipped": "skipped", "todo": "skipped"}


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test as reported; `file` is the path or class name the report gives."""

    file: str
    title: str
    status: str
    duration_ms: float | None
    failure_message: str | None


def parse_results(content: bytes) -> list[TestResult] | None:
    """Return the tests a report speaks of; None when it is no result report that can be read."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        value, _ = parse_json(content)
        return list(_json_results(value)) if isinstance(value, dict) and "testResults" in value else None
    if head.startswith(b"<") and b"<testsuite" in head and b"<!ENTITY" not in content:
        try:
            return list(_junit_results(content))
        except (ElementTree.ParseError, ValueError, LookupError):
            return None
    return None


def _junit_results(content: bytes) -> Iterator[TestResult]:
    for _, element in ElementTree.iterparse(BytesIO(content)):
        if element.tag.rpartition("}")[2] != "testcase":
            continue
        parts = {child.tag.rpartition("}")[2]: child for child in element}
        failure = next((parts[tag] for tag in ("failure", "error") if tag in parts), None)
        status = "failed" if failure is not None else "skipped" if "skipped" in parts else "passed"
        message = failure.get("message") or failure.text or "" if failure is not None else ""
        yield TestResult(
            file=element.get("file") or element.get("classname") or "",
            title=element.get("name") or "(no title)",
            status=status,
            duration_ms=_seconds(element.get("time")),
            failure_message=_first_line(message),
        )
        element.clear()


def _json_results(value: Mapping[str, Any]) -> Iterator[TestResult]:
    for suite in value.get("testResults") or ():
        if not isinstance(suite, dict):
            continue
        for test in suite.get("assertionResults") or ():
            if not isinstance(test, dict):
                continue
            messages = test.get("failureMessages") or [""]
            duration = test.get("duration")
            yield TestResult(
                file=str(suite.get("name") or ""),
                title=str(test.get("fullName") or test.get("title") or "(no title)"),
                status=_STATUS.get(str(test.get("status")), "skipped"),
                duration_ms=float(duration) if isinstance(duration, int | float) else None,
                failure_message=_first_line(str(messages[0])),
            )


def _seconds(text: str | None) -> float | None:
    try:
        return round(float(text) * 1000, 6) if text else None
    except ValueError:
        return None


def _first_line(text: str) -> str | None:
    return text.strip().partition("\n")[0][:500] or None
