"""The code scan from end to end: source tree, declarations and coverage in, raw code tables out.

The steps in order; each step is a module of its own. Nothing here decides anything.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from orchestration.code_scan.code_files import ScannedCode, scan_files
from orchestration.code_scan.declared import DeclarationFile, Declared, choose_primary, collect_declared
from orchestration.code_scan.declared_budgets import read_budgets
from orchestration.code_scan.findings import Findings
from orchestration.code_scan.foreign_declarations import explain
from orchestration.code_scan.function_coverage import group_by_file, measure_handlers
from orchestration.code_scan.handler_tests import link_tests
from orchestration.code_scan.handlers import Handler, HandlerResolver, merge_handlers, resolve_beats
from orchestration.code_scan.history import History, Span, read_history
from orchestration.code_scan.inputs import CodeRoot, discover_code, find_code_roots, read_declaration_files
from orchestration.code_scan.linker import CodeBase
from orchestration.code_scan.offered import find_offered
from orchestration.code_scan.options import ScanOptions, ScanProblem, ScanProgress, ScanReport
from orchestration.code_scan.owners import read_owners
from orchestration.code_scan.packages import PackageMap
from orchestration.code_scan.project_top import read_above, shown_base
from orchestration.code_scan.raw_tables import write_tables
from orchestration.code_scan.reports import read_reports
from orchestration.code_scan.source_maps import read_source_maps
from orchestration.code_scan.source_tree import OtherFiles
from orchestration.code_scan.text_redaction import TextRedaction
from orchestration.code_scan.unread_languages import unread_language_of, words_of_unread
from orchestration.domain.passed_over import PassedOver, count_passed_over

Tell = Callable[[ScanProgress], None]


def scan_code(
    code: Sequence[str | Path],
    sequences: Sequence[str | Path],
    coverage: Sequence[str | Path],
    lake: Path,
    options: ScanOptions,
    progress: Tell | None = None,
) -> ScanReport:
    """Scan code, declarations and coverage, and write the raw code tables into the lake.

    `code`, `sequences` and `coverage` are files, folders or patterns. Without `sequences` declarations are
    looked for inside the code. Raises UsageError when something named does not exist; a single file never raises.
    """
    begun = time.monotonic()
    tell = progress or (lambda _: None)
    roots = find_code_roots(code)
    others = OtherFiles(unread_language_of)
    sources = discover_code(roots, options, others)
    files, told = explain(read_declaration_files(sequences, roots, sources, options))
    scanned = scan_files(
        [source for source in sources if source.language != "json" or source.problem],
        lake,
        options,
        options.worker_count or os.cpu_count() or 1,
        lambda done, total: tell(ScanProgress("parse", done, total)),
    )
    tell(ScanProgress("link", 0, 1))
    unread = count_passed_over((f"{language} file", path) for language, _, path in others.found)
    findings = _link(scanned, files, coverage, roots)
    findings = replace(
        findings,
        budgets=tuple(read_budgets(sources)) if options.reads_budgets else (),
        input_problems=(*told, *_not_read(unread), *_read_past(scanned), *findings.input_problems),
    )
    row_counts = write_tables(findings, lake, TextRedaction(options))
    tell(ScanProgress("link", 1, 1))
    return replace(_report(findings, row_counts, scanned, time.monotonic() - begun), unread=unread)


def _not_read(unread: Sequence[PassedOver]) -> list[ScanProblem]:
    return [ScanProblem(kind.example_path, words_of_unread([kind]) or "", "language") for kind in unread]


def _read_past(scanned: ScannedCode) -> list[ScanProblem]:
    known = [(file.source.code_file_path, file.facts.read_past) for file in scanned.files if file.facts is not None]
    return [ScanProblem(path, words, "syntax") for path, words in known if words]


def _link(
    scanned: ScannedCode, files: Sequence[DeclarationFile], coverage: Sequence[str | Path], roots: Sequence[CodeRoot]
) -> Findings:
    facts = {file.source.code_file_path: file.facts for file in scanned.files if file.facts is not None}
    declared = collect_declared(files)
    packages, aliases = read_above(roots)
    above = PackageMap((*declared.packages, *packages), facts, (*declared.aliases, *aliases), shown_base(roots))
    code = CodeBase(facts, above)
    resolver = HandlerResolver(code, declared)
    declared = choose_primary(declared, resolver.files_of_handler())
    beats = resolve_beats(declared, resolver)
    handlers = merge_handlers(beats, code)
    reports = read_reports(coverage, roots, facts)
    history = _read_history(handlers, roots, facts)
    owners, owner_problems = _read_owners(handlers, roots)
    return Findings(
        code=code,
        scanned=scanned.files,
        declaration_files=tuple(files),
        declared=declared,
        package_names=_package_names(declared, resolver),
        beats=tuple(beats),
        handlers=tuple(handlers),
        tests=tuple(link_tests(handlers, code)),
        coverage=tuple(measure_handlers(handlers, group_by_file(reports.coverage))),
        offered=tuple(find_offered(code, beats)),
        commits=history.commits,
        touches=history.touches,
        owners=owners,
        file_commits=history.file_commits,
        file_coverage=tuple(reports.coverage),
        test_results=tuple(reports.results),
        input_problems=(*reports.problems, *owner_problems, *history.problems),
        source_maps=tuple(found for root in roots for found in read_source_maps(root.path, root.prefix)),
    )


def _read_history(handlers: Sequence[Handler], roots: Sequence[CodeRoot], paths: Iterable[str]) -> History:
    spans = [
        Span(
            (handler.plugin_name, handler.handler_name),
            handler.places[0].path,
            handler.places[0].symbol.line_number,
            handler.places[0].symbol.end_line_number,
        )
        for handler in handlers
        if handler.resolution == "unique" and handler.places[0].symbol is not None
    ]
    return read_history(roots, spans, paths)


def _read_owners(
    handlers: Sequence[Handler], roots: Sequence[CodeRoot]
) -> tuple[dict[str, tuple[str, ...]], list[ScanProblem]]:
    paths = {place.path for handler in handlers for place in handler.places}
    owners: dict[str, tuple[str, ...]] = {}
    problems: list[ScanProblem] = []
    for root in roots:
        inside = [path.removeprefix(root.prefix) for path in paths if path.startswith(root.prefix)]
        found, told = read_owners(root.path, inside)
        owners.update((root.prefix + path, names) for path, names in found.items())
        problems += [replace(problem, path=root.prefix + problem.path) for problem in told]
    return owners, problems


def _package_names(declared: Declared, resolver: HandlerResolver) -> dict[str, str]:
    owners = {sequence.path: resolver.package_of(sequence) for sequence in declared.sequences}
    return {path: owner.name for path, owner in owners.items() if owner is not None}


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
