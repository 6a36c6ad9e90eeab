"""Reports of a test suite: coverage and results, read from where the user named them and tied to the scanned tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.code_scan.coverage_reports import CoverageReport, CoveredLines, parse_coverage
from orchestration.code_scan.inputs import CodeRoot
from orchestration.code_scan.options import ScanProblem
from orchestration.code_scan.report_files import FoundReport, discover_reports
from orchestration.code_scan.report_places import ReportPlaces
from orchestration.code_scan.test_results import ResultReport, TestResult, parse_results
from orchestration.given_files import MEBIBYTE, read_given

# Coverage of a large code base is a large file; beyond this it is something else.
_MOST_BYTES = 256 * MEBIBYTE


@dataclass(slots=True)
class Reports:
    """What the reports say: lines by (file, report), tests by (test file, report), and what could not be used."""

    coverage: list[tuple[str, str, CoveredLines]] = field(default_factory=list)
    results: list[tuple[str | None, str, TestResult]] = field(default_factory=list)
    problems: list[ScanProblem] = field(default_factory=list)

    def tell(self, shown: str, *problems: str | None) -> None:
        """Take in what is wrong with a report."""
        self.problems += [ScanProblem(shown, problem, "report") for problem in problems if problem]


def read_reports(named: Sequence[str | Path], roots: Sequence[CodeRoot], paths: Iterable[str]) -> Reports:
    """Read all reports; a broken one is a problem, and what can be read of it counts."""
    places = ReportPlaces(paths)
    reports = Reports()
    for found in discover_reports(named, roots):
        content = _read(found, reports)
        if content is None:
            continue
        results = parse_results(content)
        if results is not None:
            _add_results(results, found.shown, places, reports)
            continue
        coverage = parse_coverage(content)
        # A file the user did not name, but a folder of it, is told of only when it is a report, or is named like one.
        if coverage.kind is not None or found.is_expected:
            _add_coverage(coverage, found.shown, places, reports)
    return reports


def _add_results(report: ResultReport, shown: str, places: ReportPlaces, reports: Reports) -> None:
    known: dict[tuple[str, ...], str | None] = {}
    for test in report.tests:
        if test.places not in known:
            known[test.places] = places.find_any(test.places, shown)
        reports.results.append((known[test.places], shown, test))
    missing = [names[0] if names else "(no file named)" for names, file in known.items() if file is None]
    empty = None if report.tests or report.problems else "names no test"
    reports.tell(shown, *report.problems, empty, places.words(missing, len(known), "test file"))


def _add_coverage(report: CoverageReport, shown: str, places: ReportPlaces, reports: Reports) -> None:
    missing = []
    shared = []
    for foreign, lines in sorted(report.files.items()):
        files = places.find(foreign, shown, report.sources)
        reports.coverage += [(file, shown, lines) for file in files]
        missing += [] if files else [foreign]
        shared += [foreign] if len(files) > 1 else []
    alike = f"{shared[0]} lies below several of its sources: its lines count for each" if shared else None
    reports.tell(shown, *report.problems, alike, places.words(missing, len(report.files), "file"))


def _read(found: FoundReport, reports: Reports) -> bytes | None:
    try:
        return None if found.problem else read_given(found.path, _MOST_BYTES)
    except OSError as error:
        reports.tell(found.shown, f"cannot be read: {error.strerror}")
        return None
    finally:
        reports.tell(found.shown, found.problem)
