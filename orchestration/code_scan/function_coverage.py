"""Which lines of a function, and so of a handler, the test suite ran, from all coverage reports together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.code_scan.coverage_reports import CoveredLines
from orchestration.code_scan.facts import Symbol
from orchestration.code_scan.handlers import Handler


@dataclass(frozen=True, slots=True)
class FunctionCoverage:
    """Executable lines of a function, those the tests ran, and the report that knows most of its file."""

    covered_line_count: int
    executable_line_count: int
    coverage_file_path: str


@dataclass(frozen=True, slots=True)
class HandlerCoverage:
    """The lines of a handler's function."""

    handler: Handler
    lines: FunctionCoverage


# Per scanned file: what each report (by its path) says of its lines.
Coverage = Mapping[str, Sequence[tuple[str, CoveredLines]]]


def measure_handlers(handlers: Iterable[Handler], coverage: Coverage) -> list[HandlerCoverage]:
    """Return a row for every resolved handler of whose file a report speaks."""
    rows = []
    for handler in handlers:
        symbol = handler.places[0].symbol if handler.resolution == "unique" else None
        lines = measure_function(symbol, coverage.get(handler.places[0].path, ())) if symbol else None
        if lines is not None:
            rows.append(HandlerCoverage(handler, lines))
    return rows


def measure_function(symbol: Symbol, reports: Sequence[tuple[str, CoveredLines]]) -> FunctionCoverage | None:
    """Return what the reports on a function's file say of its lines; None when no report speaks of the file.

    The report that saw most lines of the file run says which lines are executable: a report of a run that never loaded
    the file counts comments and blank lines too. A line is covered when any report saw it run; but a function that no
    report saw called has no covered line: loading its module runs the line that declares it, and no test called it.
    """
    if not reports:
        return None
    best_path, best = min(reports, key=lambda report: (-len(report[1].covered), len(report[1].executable), report[0]))
    span = range(symbol.line_number, symbol.end_line_number + 1)
    executable = {line for line in span if line in best.executable}
    covered = {line for line in executable if any(line in lines.covered for _, lines in reports)}
    if _is_uncalled(symbol.line_number, [lines for _, lines in reports]):
        covered = set()
    return FunctionCoverage(len(covered), len(executable), best_path)


def _is_uncalled(line: int, reports: Sequence[CoveredLines]) -> bool:
    return any(line in report.uncalled for report in reports) and not any(line in report.called for report in reports)


def group_by_file(lines: Iterable[tuple[str, str, CoveredLines]]) -> Coverage:
    """Return coverage by scanned file, from (file, report, lines)."""
    grouped: dict[str, list[tuple[str, CoveredLines]]] = defaultdict(list)
    for path, report, covered in lines:
        grouped[path].append((report, covered))
    return grouped
