"""The code scan from end to end: source tree, declarations and coverage in, raw code tables out.

The steps in order; each step is a module of its own. Nothing here decides anything.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from orchestration.code_scan.code_files import ScannedCode, scan_files
from orchestration.code_scan.coverage_reports import CoveredLines, parse_coverage
from orchestration.code_scan.declared import DeclarationFile, Declared, choose_primary, collect_declared
from orchestration.code_scan.handler_coverage import Coverage, group_by_file, measure_handlers
from orchestration.code_scan.handler_tests import link_tests
from orchestration.code_scan.handlers import HandlerResolver, merge_handlers, resolve_beats
from orchestration.code_scan.inputs import (
    MAX_REPORT_BYTES,
    CodeRoot,
    discover_code,
    discover_reports,
    find_code_roots,
    read_declaration_files,
)
from orchestration.code_scan.linker import CodeBase
from orchestration.code_scan.options import ScanOptions, ScanProblem, ScanProgress, ScanReport
from orchestration.code_scan.packages import PackageMap
from orchestration.code_scan.path_match import PathMatcher
from orchestration.code_scan.raw_rows import Findings, write_tables

Tell = Callable[[ScanProgress], None]


def scan_code(
    code: Sequence[Path],
    sequences: Sequence[str | Path],
    coverage: Sequence[str | Path],
    lake: Path,
    options: ScanOptions,
    progress: Tell | None = None,
) -> ScanReport:
    """Scan code, declarations and coverage, and write the raw code tables into the lake.

    `code` are folders; `sequences` and `coverage` files, folders or patterns. Without `sequences` declarations are
    looked for inside the code. Raises UsageError when something named does not exist; a single file never raises.
    """
    begun = time.monotonic()
    tell = progress or (lambda _: None)
    roots = find_code_roots(code)
    sources = discover_code(roots, options)
    files = read_declaration_files(sequences, roots, sources, options)
    scanned = scan_files(
        [source for source in sources if source.language != "json" or source.problem],
        lake,
        options,
        options.worker_count or os.cpu_count() or 1,
        lambda done, total: tell(ScanProgress("parse", done, total)),
    )
    tell(ScanProgress("link", 0, 1))
    findings = _link(scanned, files, _read_reports(coverage, roots))
    row_counts = write_tables(findings, lake)
    tell(ScanProgress("link", 1, 1))
    return _report(findings, row_counts, scanned, time.monotonic() - begun)


def _link(scanned: ScannedCode, files: Sequence[DeclarationFile], reports: "_Reports") -> Findings:
    facts = {file.source.code_file_path: file.facts for file in scanned.files if file.facts is not None}
    declared = collect_declared(files)
    code = CodeBase(facts, PackageMap(declared.packages, facts))
    resolver = HandlerResolver(code, declared)
    declared = choose_primary(declared, resolver.files_of_handler())
    beats = resolve_beats(declared, resolver)
    handlers = merge_handlers(beats, code)
    coverage, problems = _map_coverage(reports, facts)
    return Findings(
        code=code,
        scanned=scanned.files,
        declaration_files=tuple(files),
        declared=declared,
        package_names=_package_names(declared, resolver),
        beats=tuple(beats),
        handlers=tuple(handlers),
        tests=tuple(link_tests(handlers, code)),
        coverage=tuple(measure_handlers(handlers, coverage)),
        report_problems=tuple(problems),
    )


def _package_names(declared: Declared, resolver: HandlerResolver) -> dict[str, str]:
    owners = {sequence.path: resolver.package_of(sequence) for sequence in declared.sequences}
    return {path: owner.name for path, owner in owners.items() if owner is not None}


_Reports = list[tuple[str, dict[str, CoveredLines], str | None]]


def _read_reports(coverage: Sequence[str | Path], roots: Sequence[CodeRoot]) -> _Reports:
    reports: _Reports = []
    for path, shown in discover_reports(coverage, roots):
        try:
            if path.stat().st_size > MAX_REPORT_BYTES:
                reports.append((shown, {}, f"larger than {MAX_REPORT_BYTES:,} bytes"))
                continue
            report = parse_coverage(path.read_bytes())
        except OSError as error:
            reports.append((shown, {}, f"cannot be read: {error.strerror}"))
            continue
        reports.append((shown, dict(report.files), report.problem))
    return reports


def _map_coverage(reports: _Reports, paths: Iterable[str]) -> tuple[Coverage, list[ScanProblem]]:
    matcher = PathMatcher(paths)
    lines: list[tuple[str, str, CoveredLines]] = []
    problems = [ScanProblem(shown, problem) for shown, _, problem in reports if problem]
    for shown, files, _ in reports:
        unknown = 0
        for foreign, covered in sorted(files.items()):
            path = matcher.match(foreign)
            if path is None:
                unknown += 1
            else:
                lines.append((path, shown, covered))
        if unknown and unknown == len(files):
            problems.append(ScanProblem(shown, f"none of its {unknown:,} files is in the scanned code"))
    return group_by_file(lines), problems


def _report(findings: Findings, row_counts: dict[str, int], scanned: ScannedCode, seconds: float) -> ScanReport:
    def count(resolution: str) -> int:
        return sum(handler.resolution == resolution for handler in findings.handlers)

    return ScanReport(
        file_count=row_counts["source_files"],
        parsed_file_count=scanned.parsed_count,
        row_counts=row_counts,
        sequence_count=len(findings.declared.primary),
        beat_count=row_counts["beats"],
        handler_count=len(findings.handlers),
        unique_handler_count=count("unique"),
        ambiguous_handler_count=count("ambiguous"),
        unresolved_handler_count=count("unresolved"),
        problems=findings.problems,
        seconds=seconds,
    )
