"""Reports of a test suite: coverage and results, read from where the user named them and tied to the scanned tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.code_scan.coverage_reports import CoveredLines, parse_coverage
from orchestration.code_scan.inputs import MAX_REPORT_BYTES, CodeRoot, discover_reports
from orchestration.code_scan.options import ScanProblem
from orchestration.code_scan.path_match import PathMatcher
from orchestration.code_scan.test_results import TestResult, parse_results
from orchestration.given_files import read_given


@dataclass(frozen=True, slots=True)
class Reports:
    """What the reports say: lines by (file, report), tests by (test file, report), and what could not be used."""

    coverage: tuple[tuple[str, str, CoveredLines], ...]
    results: tuple[tuple[str | None, str, TestResult], ...]
    problems: tuple[ScanProblem, ...]


def read_reports(named: Sequence[str | Path], roots: Sequence[CodeRoot], paths: Iterable[str]) -> Reports:
    """Read all reports; a broken one is a problem, and what can be read of it counts."""
    matcher = PathMatcher(paths)
    coverage: list[tuple[str, str, CoveredLines]] = []
    results: list[tuple[str | None, str, TestResult]] = []
    problems: list[ScanProblem] = []
    for path, shown in discover_reports(named, roots):
        content = _read(path, shown, problems)
        if content is None:
            continue
        tests = parse_results(content)
        if tests is not None:
            results += [(matcher.match(test.file), shown, test) for test in tests]
            continue
        report = parse_coverage(content)
        if report.problem:
            problems.append(ScanProblem(shown, report.problem, "report"))
        found = [(matcher.match(foreign), shown, lines) for foreign, lines in sorted(report.files.items())]
        coverage += [(file, shown, lines) for file, shown, lines in found if file is not None]
        if found and all(file is None for file, _, _ in found):
            problems.append(ScanProblem(shown, f"none of its {len(found):,} files is in the scanned code", "report"))
    return Reports(tuple(coverage), tuple(results), tuple(problems))


def _read(path: Path, shown: str, problems: list[ScanProblem]) -> bytes | None:
    try:
        return read_given(path, MAX_REPORT_BYTES)
    except OSError as error:
        problems.append(ScanProblem(shown, f"cannot be read: {error.strerror}", "report"))
    return None
