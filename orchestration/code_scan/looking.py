"""Look at code, declarations, reports and history before anything is read: what a scan would read, in counts.

The steps of scan.py but for the parsing and what follows from it, so that the counts are those of the scan. Nothing is
kept.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.code_scan.declared import collect_declared
from orchestration.code_scan.foreign_declarations import explain, problems_of
from orchestration.code_scan.history import read_history
from orchestration.code_scan.inputs import discover_code, find_code_roots, read_declaration_files
from orchestration.code_scan.options import ScanOptions, ScanProblem
from orchestration.code_scan.reader import why_unread
from orchestration.code_scan.reports import read_reports
from orchestration.code_scan.source_tree import OtherFiles, SourceFile
from orchestration.code_scan.unread_languages import unread_language_of
from orchestration.domain.passed_over import PassedOver, count_passed_over
from orchestration.given_files import read_given


@dataclass(frozen=True, slots=True)
class CodeLook:
    """What a scan would read: files by language, sequences, reports, files with a history; and what it would not.

    `problems` are those of single files and of other inputs, but for what only parsing shows.
    """

    file_counts: dict[str, int]
    sequence_count: int
    report_count: int
    dated_file_count: int
    unread: tuple[PassedOver, ...]
    problems: tuple[ScanProblem, ...]


def look_at_code(
    code: Sequence[str | Path], sequences: Sequence[str | Path], coverage: Sequence[str | Path], options: ScanOptions
) -> CodeLook:
    """Return what a scan of these would read. Raises UsageError as `scan_code` does."""
    roots = find_code_roots(code)
    others = OtherFiles(unread_language_of)
    sources = discover_code(roots, options, others)
    files, told = explain(read_declaration_files(sequences, roots, sources, options))
    looked_at = [
        (source, _why_unread(source, options)) for source in sources if source.language != "json" or source.problem
    ]
    paths = [source.code_file_path for source, reason in looked_at if reason is None]
    reports = read_reports(coverage, roots, paths)
    history = read_history(roots, (), paths)
    skipped = [ScanProblem(source.code_file_path, reason) for source, reason in looked_at if reason]
    skipped += problems_of(files)
    used = {shown for _, shown, _ in reports.coverage} | {shown for _, shown, _ in reports.results}
    return CodeLook(
        file_counts=dict(Counter(source.language or "" for source, reason in looked_at if reason is None)),
        sequence_count=len({found.declaration.sequence_key for found in collect_declared(files).sequences}),
        report_count=len(used),
        dated_file_count=sum(count > 0 for count in history.file_commits.values()),
        unread=count_passed_over((f"{language} file", path) for language, _, path in others.found),
        problems=(*skipped, *told, *reports.problems, *history.problems),
    )


def _why_unread(source: SourceFile, options: ScanOptions) -> str | None:
    if source.problem:
        return source.problem
    try:
        return why_unread(read_given(source.path, options.max_file_bytes))
    except OSError as error:
        return f"cannot be read: {error.strerror}"
