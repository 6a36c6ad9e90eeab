"""Rows of the raw tables that speak of code: files, symbols, edges, tests, coverage, history. Decides nothing."""

from collections.abc import Iterator
from typing import Any

from orchestration.code_scan.code_files import ScannedFile
from orchestration.code_scan.declared import DeclarationFile
from orchestration.code_scan.edges import find_edges
from orchestration.code_scan.findings import Findings
from orchestration.code_scan.function_coverage import group_by_file, measure_function
from orchestration.code_scan.suites import count_tests, framework_of, is_test_file, is_test_path

Row = dict[str, Any]


def make_source_files(findings: Findings) -> list[Row]:
    """Yield one row per file looked at, whatever became of it."""
    rows = [_code_row(file, findings) for file in findings.scanned] + [
        _json_row(entry) for entry in findings.declaration_files
    ]
    return sorted(rows, key=lambda row: str(row["code_file_path"]))


def _code_row(file: ScannedFile, findings: Findings) -> Row:
    path, facts = file.source.code_file_path, file.facts
    status = "skipped" if facts is None else "partial" if file.problem else "ok"
    return {
        "code_file_path": path,
        "language": file.source.language if facts is not None else None,
        "scan_status": status,
        "problem": file.problem,
        "byte_count": file.source.byte_count,
        "line_count": facts.line_count if facts is not None else 0,
        "content_hash": file.content_hash,
        "is_test": is_test_file(path, facts) if facts is not None else is_test_path(path),
        "test_count": count_tests(path, facts) if facts is not None else 0,
        "test_framework": framework_of(path, facts) if facts is not None else None,
        "commit_count": findings.file_commits.get(path),
    }


def _json_row(entry: DeclarationFile) -> Row:
    file = entry.file
    return {
        "code_file_path": file.code_file_path,
        "language": None if file.problem else "json",
        "scan_status": "skipped" if file.problem else "ok",
        "problem": file.problem,
        "byte_count": file.byte_count,
        "line_count": file.line_count,
        "content_hash": file.content_hash,
        "is_test": is_test_path(file.code_file_path),
        "test_count": 0,
    }


def make_code_symbols(findings: Findings) -> Iterator[Row]:
    """Yield one row per symbol, in the order of the source."""
    coverage = group_by_file(findings.file_coverage)
    for path in sorted(findings.code.files):
        facts = findings.code.files[path]
        is_test = is_test_file(path, facts)
        for symbol in facts.symbols:
            lines = measure_function(symbol, coverage.get(path, ())) if symbol.complexity else None
            yield {
                "code_file_path": path,
                "code_line_number": symbol.line_number,
                "code_end_line_number": symbol.end_line_number,
                "code_function_name": symbol.name,
                "symbol_kind": symbol.kind,
                "enclosing_symbol": symbol.enclosing or symbol.container,
                "is_exported": symbol.is_exported,
                "is_test": is_test,
                "signature": symbol.signature,
                "doc_comment": symbol.doc_comment,
                "complexity": symbol.complexity,
                "line_count": symbol.end_line_number - symbol.line_number + 1,
                "covered_line_count": lines.covered_line_count if lines else None,
                "executable_line_count": lines.executable_line_count if lines else None,
            }


def make_code_edges(findings: Findings) -> Iterator[Row]:
    """Yield one row per connection in the code."""
    declared = findings.declared
    topics = {beat.topic for sequence in declared.primary for beat in sequence.declaration.beats if beat.topic}
    topics |= {route.topic for route, _ in declared.routes}
    is_test = {path: is_test_file(path, facts) for path, facts in findings.code.files.items()}
    places = (place for handler in findings.handlers for place in handler.places)
    handlers = frozenset((place.path, place.symbol.line_number) for place in places if place.symbol is not None)
    for edge in find_edges(findings.code, frozenset(topics), handlers):
        symbol = edge.target.symbol if edge.target else None
        yield {
            "code_file_path": edge.path,
            "code_line_number": edge.line_number,
            "edge_kind": edge.kind,
            "code_function_name": edge.symbol.name if edge.symbol else None,
            "function_line_number": edge.symbol.line_number if edge.symbol else None,
            "target_name": edge.target_name,
            "target_file_path": edge.target.path if edge.target else None,
            "target_line_number": symbol.line_number if symbol else None,
            "is_test": is_test[edge.path],
        }


def make_code_tests(findings: Findings) -> Iterator[Row]:
    """Yield one row per test in a test file."""
    for path in sorted(findings.code.files):
        facts = findings.code.files[path]
        for test in facts.tests if is_test_file(path, facts) else ():
            yield {
                "test_file_path": path,
                "code_line_number": test.line_number,
                "code_end_line_number": test.end_line_number,
                "test_title": test.title,
                "suite_title": test.suite_title,
                "is_skipped": test.is_skipped,
            }


def make_test_results(findings: Findings) -> Iterator[Row]:
    """Yield one row per reported test."""
    for path, report, result in findings.test_results:
        yield {
            "test_file_path": path,
            "test_title": result.title,
            "test_status": result.status,
            "duration_ms": result.duration_ms,
            "failure_message": result.failure_message,
            "report_file_path": report,
        }


def make_file_coverage(findings: Findings) -> Iterator[Row]:
    """Yield one row per file and report."""
    for path, report, lines in findings.file_coverage:
        yield {
            "code_file_path": path,
            "covered_line_count": len(lines.covered & lines.executable),
            "executable_line_count": len(lines.executable),
            "coverage_file_path": report,
        }


def make_commits(findings: Findings) -> Iterator[Row]:
    """Yield one row per commit, newest first."""
    for commit in findings.commits:
        yield {
            "commit_hash": commit.commit_hash,
            "committed_at": commit.committed_at,
            "author_key": commit.author_key,
            "subject": commit.subject,
            "file_count": len(commit.paths),
        }


def make_handler_commits(findings: Findings) -> Iterator[Row]:
    """Yield one row per handler and commit that changed its file."""
    for touch in findings.touches:
        yield {
            "plugin_name": touch.key[0],
            "handler_name": touch.key[1],
            "commit_hash": touch.commit_hash,
            "is_line_change": touch.is_line_change,
        }


def make_handler_owners(findings: Findings) -> Iterator[Row]:
    """Yield one row per resolved handler and owner."""
    for handler in findings.handlers:
        if handler.resolution == "unique":
            for owner in findings.owners.get(handler.places[0].path, ()):
                yield {"plugin_name": handler.plugin_name, "handler_name": handler.handler_name, "owner_name": owner}


def make_source_maps(findings: Findings) -> Iterator[Row]:
    """Yield one row per source map."""
    for found in findings.source_maps:
        yield {
            "generated_file_name": found.generated_file_name,
            "source_map_path": found.source_map_path,
            "content": found.content,
        }


def make_scan_problems(findings: Findings) -> Iterator[Row]:
    """Yield one row per input that could not be used in full, and reason."""
    for problem in findings.input_problems:
        yield {"input_kind": problem.kind, "input_path": problem.path, "problem": problem.problem}
