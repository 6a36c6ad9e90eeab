"""Test coverage reports: from lcov, Istanbul, Cobertura, JaCoCo, Clover and coverage.py to lines of files.

Recognised by the first record. A report that is broken gives what can be read of it and problems in words; it never
raises. Which file of the tree a path in a report means is decided in `report_places`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.code_scan.lcov_report import is_lcov, parse_lcov
from orchestration.code_scan.report_json import parse_report_json
from orchestration.code_scan.report_numbers import read_count, read_line
from orchestration.code_scan.report_text import RESULT_ROOTS, decode_report, root_of
from orchestration.code_scan.xml_coverage import COVERAGE_ROOTS, parse_xml_coverage
from orchestration.domain.amounts import counted

READ_FORMATS = (
    "Read are lcov, Istanbul, Cobertura, JaCoCo, Clover and coverage.py for coverage, JUnit XML and the JSON of Vitest "
    "and Jest for results."
)
# Formats that are met often and not read, by the root of the XML or the first word of the text.
_UNREAD = {
    "CoverageSession": "OpenCover or AltCover",
    "CoverageDSPriv": "coverage of Visual Studio",
    "Root": "dotCover",
    "TestRun": "a Visual Studio test result (TRX)",
    "test-run": "a test result of NUnit 3",
    "test-results": "a test result of NUnit 2",
    "assemblies": "a test result of xUnit.net",
    "testExecutions": "SonarQube's generic test results",
    "coverage": "SonarQube's generic coverage",
    "testng-results": "a test result of TestNG",
}


@dataclass(frozen=True, slots=True)
class CoveredLines:
    """Lines of a file by number: those a report calls executable, and those that ran.

    `called` and `uncalled` are lines on which a function begins that ran, or never did, where the report counts calls.
    """

    executable: frozenset[int]
    covered: frozenset[int]
    called: frozenset[int] = frozenset()
    uncalled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """A report as read: lines by the path it gives; `kind` is None when the file is no coverage report at all.

    `sources` are folders that relative paths may lie below.
    """

    kind: str | None
    files: Mapping[str, CoveredLines]
    problems: tuple[str, ...]
    sources: tuple[str, ...] = ()

    @property
    def problem(self) -> str | None:
        """Return all problems as one text; None when there is none."""
        return "; ".join(self.problems) or None


Counts = Mapping[str, Mapping[int, int]]


def parse_coverage(content: bytes) -> CoverageReport:
    """Return the lines a report knows, by the path it gives."""
    text, problem = decode_report(content)
    told = (problem,) if problem else ()
    if is_lcov(text):
        return _from_lcov(text, told)
    root, below, refusal = root_of(text)
    if refusal:
        return CoverageReport("xml", {}, (refusal,))
    if root:
        return _from_xml(root, below, told)
    if text.lstrip().startswith("{"):
        return _from_json(text, told)
    if text.startswith("mode: "):
        return _none(f"a coverage profile of Go: a format that is not read. {READ_FORMATS}")
    return _none(f"not a report of a known kind. {READ_FORMATS}" if text.strip() else "empty")


def is_named_format(text: str, *, is_whole: bool) -> bool:
    """Tell whether a text, or the beginning of one, is a report of a kind that has a name here, read or not."""
    root, below, _ = root_of(text)
    if root:
        return root in _UNREAD or root in RESULT_ROOTS or root in COVERAGE_ROOTS
    is_all_comment = not is_whole and not below.strip()
    return is_lcov(text) or is_all_comment


def _none(problem: str) -> CoverageReport:
    return CoverageReport(None, {}, (problem,))


def _report(
    kind: str, hits: Counts, told: tuple[str, ...], calls: Counts | None = None, sources: tuple[str, ...] = ()
) -> CoverageReport:
    frozen = {}
    for path, lines in hits.items():
        counted = (calls or {}).get(path, {})
        called = _ran(counted)
        frozen[path] = CoveredLines(frozenset(lines), _ran(lines), called, frozenset(counted) - called)
    if not any(hits.values()):
        told = (*told, f"{kind}: names no line")
    return CoverageReport(kind, frozen, told, sources)


def _ran(counts: Mapping[int, int]) -> frozenset[int]:
    return frozenset(line for line, count in counts.items() if count > 0)


def unread_words(broken_count: int, negative_count: int) -> list[str]:
    """Say how many lines of a report could not be read, or hold a count below zero."""
    broken = [f"{counted(broken_count, 'line')} that cannot be read"] if broken_count else []
    return broken + ([f"{counted(negative_count, 'count')} below zero, taken for none"] if negative_count else [])


def _from_lcov(text: str, told: tuple[str, ...]) -> CoverageReport:
    found = parse_lcov(text)
    words = [f"lcov: {words}" for words in unread_words(found.broken_count, found.negative_count)]
    cut = [] if found.ends else ["lcov: ends in the middle of a record"]
    return _report("lcov", found.hits, (*told, *words, *cut), found.calls)


def _from_xml(root: str, below: str, told: tuple[str, ...]) -> CoverageReport:
    found = parse_xml_coverage(root, below)
    if found is not None:
        words = [f"{found.kind}: {words}" for words in unread_words(found.broken_count, found.negative_count)]
        return _report(found.kind, found.hits, (*told, *found.problems, *words), found.calls, tuple(found.sources))
    if root in _UNREAD:
        return _none(f"{_UNREAD[root]}: a format that is not read. {READ_FORMATS}")
    return _none(f"XML, but no report of a known kind: its root is <{root[:40]}>. {READ_FORMATS}")


def _from_json(text: str, told: tuple[str, ...]) -> CoverageReport:
    value, problem = parse_report_json(text)
    if problem or not isinstance(value, dict):
        return CoverageReport("json", {}, (problem or "JSON, but no object",))
    entries = value.get("files")
    if isinstance(entries, dict) and any(
        isinstance(entry, dict) and "executed_lines" in entry for entry in entries.values()
    ):
        return _report("coverage.py", {path: dict(_coverage_py_lines(entry)) for path, entry in entries.items()}, told)
    # Some writers put each file's counts into an object `data` of their own.
    inner = {path: entry.get("data", entry) for path, entry in value.items() if isinstance(entry, dict)}
    found = {
        str(entry["path"]) if isinstance(entry.get("path"), str) else path: entry
        for path, entry in inner.items()
        if isinstance(entry, dict) and isinstance(entry.get("statementMap"), dict) and isinstance(entry.get("s"), dict)
    }
    if found:
        lines = {path: dict(_istanbul_lines(entry, "statementMap", "s")) for path, entry in found.items()}
        calls = {path: dict(_istanbul_lines(entry, "fnMap", "f")) for path, entry in found.items()}
        return _report("istanbul", lines, told, calls)
    if isinstance(value.get("result"), list):
        return _none(f"raw coverage of V8: a format that is not read. {READ_FORMATS}")
    return _none(f"JSON, but no report of a known kind. {READ_FORMATS}")


def _istanbul_lines(entry: Mapping[str, Any], map_key: str, count_key: str) -> Iterator[tuple[int, int]]:
    """Yield the first line of each statement or function with its count; of several on a line the highest last."""
    spans, counts = entry.get(map_key), entry.get(count_key)
    if not isinstance(spans, dict) or not isinstance(counts, dict):
        return
    found = []
    for key, span in spans.items():
        place = span.get("decl", span) if isinstance(span, dict) else None
        start = place.get("start") if isinstance(place, dict) else None
        line, count = read_line(start.get("line")) if isinstance(start, dict) else None, read_count(counts.get(key))
        if line is not None and count is not None:
            found.append((line, count))
    yield from sorted(found)


def _coverage_py_lines(entry: Any) -> Iterator[tuple[int, int]]:
    if not isinstance(entry, dict):
        return
    for key, count in (("missing_lines", 0), ("executed_lines", 1)):
        lines = entry.get(key)
        for line in filter(None, map(read_line, lines if isinstance(lines, list) else ())):
            yield line, count
