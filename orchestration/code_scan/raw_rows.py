"""What a scan found, as rows of the raw code tables (orchestration/domain/tables.py), and their Parquet files.

One file per table, sorted, so that the same findings give the same bytes. Decides nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.code_scan.code_files import ScannedFile
from orchestration.code_scan.declared import DeclarationFile, Declared
from orchestration.code_scan.handler_coverage import HandlerCoverage
from orchestration.code_scan.handler_tests import HandlerTest
from orchestration.code_scan.handlers import BeatHandler, Handler, show_place
from orchestration.code_scan.linker import CodeBase
from orchestration.code_scan.options import ScanProblem
from orchestration.code_scan.suites import count_tests, is_test_file, is_test_path
from orchestration.domain.tables import CODE_TABLES, Table
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet

_MAX_CANDIDATES = 20
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a scan found; `package_names` by declaration file."""

    code: CodeBase
    scanned: tuple[ScannedFile, ...]
    declaration_files: tuple[DeclarationFile, ...]
    declared: Declared
    package_names: dict[str, str]
    beats: tuple[BeatHandler, ...]
    handlers: tuple[Handler, ...]
    tests: tuple[HandlerTest, ...]
    coverage: tuple[HandlerCoverage, ...]
    report_problems: tuple[ScanProblem, ...]

    @property
    def problems(self) -> tuple[ScanProblem, ...]:
        """Return everything that was left out, with the reason."""
        files = (ScanProblem(file.source.code_file_path, file.problem) for file in self.scanned if file.problem)
        json = (
            ScanProblem(entry.file.code_file_path, entry.file.problem)
            for entry in self.declaration_files
            if entry.file.problem
        )
        return (*files, *json, *self.report_problems)


def write_tables(findings: Findings, lake: Path) -> dict[str, int]:
    """Write all raw code tables; return the rows written by table."""
    makers = {
        "sequences": _sequences,
        "beats": _beats,
        "handlers": _handlers,
        "handler_tests": _handler_tests,
        "handler_coverage": _handler_coverage,
        "topic_routes": _topic_routes,
        "plugins": _plugins,
        "source_files": _source_files,
        "code_symbols": _code_symbols,
    }
    return {
        table.name: _write(table, makers[table.name](findings), lake) for table in CODE_TABLES if table.name in makers
    }


def _write(table: Table, rows: Iterable[Row], lake: Path) -> int:
    ensure_table(lake, table)
    columns: dict[str, list[Any]] = {column.name: [] for column in table.columns}
    for row in rows:
        for name, values in columns.items():
            values.append(row.get(name))
    made = pa.table(columns, schema=arrow_schema(table))
    write_parquet(made, table_folder(lake, table) / f"{table.name}.parquet")
    return int(made.num_rows)


def _sequences(findings: Findings) -> Iterator[Row]:
    for sequence in findings.declared.sequences:
        declaration = sequence.declaration
        yield {
            "sequence_key": declaration.sequence_key,
            "sequence_name": declaration.sequence_name,
            "plugin_name": declaration.plugin_name,
            "package_name": findings.package_names.get(sequence.path),
            "description": declaration.description,
            "category": declaration.category,
            "movement_count": declaration.movement_count,
            "beat_count": len(declaration.beats),
            "handlers_module": sequence.handlers_module,
            "declaration_hash": declaration.declaration_hash,
            "is_primary": sequence.is_primary,
            "declaration_file_path": sequence.path,
        }


def _beats(findings: Findings) -> Iterator[Row]:
    for sequence in findings.declared.primary:
        for beat in sequence.declaration.beats:
            yield {
                "sequence_key": sequence.declaration.sequence_key,
                "movement_number": beat.movement_number,
                "movement_key": beat.movement_key,
                "movement_name": beat.movement_name,
                "beat_number": beat.beat_number,
                "beat_position": beat.beat_position,
                "topic": beat.topic,
                "handler_name": beat.handler_name,
                "beat_title": beat.title,
                "beat_kind": beat.kind,
                "timing": beat.timing,
                "error_handling": beat.error_handling,
                "declaration_file_path": sequence.path,
                "declaration_json_path": beat.json_path,
            }


def _handlers(findings: Findings) -> Iterator[Row]:
    for handler in findings.handlers:
        symbol = handler.places[0].symbol if handler.resolution == "unique" else None
        several = [show_place(place) for place in handler.places[:_MAX_CANDIDATES]] if symbol is None else []
        yield {
            "plugin_name": handler.plugin_name,
            "handler_name": handler.handler_name,
            "package_name": handler.package_name,
            "resolution": handler.resolution,
            "resolution_evidence": handler.evidence,
            "candidate_count": len(handler.places),
            "candidates": "\n".join(several) or None,
            "code_file_path": handler.places[0].path if symbol else None,
            "code_line_number": symbol.line_number if symbol else None,
            "code_end_line_number": symbol.end_line_number if symbol else None,
            "code_function_name": symbol.name if symbol else None,
            "signature": symbol.signature if symbol else None,
            "doc_comment": symbol.doc_comment if symbol else None,
            "is_async": symbol.is_async if symbol else None,
        }


def _handler_tests(findings: Findings) -> Iterator[Row]:
    for row in findings.tests:
        yield {
            "plugin_name": row.handler.plugin_name,
            "handler_name": row.handler.handler_name,
            "test_file_path": row.test_file_path,
            "evidence": row.evidence,
            "test_count": row.test_count,
        }


def _handler_coverage(findings: Findings) -> Iterator[Row]:
    for row in findings.coverage:
        yield {
            "plugin_name": row.handler.plugin_name,
            "handler_name": row.handler.handler_name,
            "covered_line_count": row.covered_line_count,
            "executable_line_count": row.executable_line_count,
            "coverage_file_path": row.coverage_file_path,
        }


def _topic_routes(findings: Findings) -> Iterator[Row]:
    for route, path in sorted(findings.declared.routes, key=lambda item: (item[0].topic, str(item[0]), item[1])):
        yield {
            "topic": route.topic,
            "plugin_name": route.plugin_name,
            "sequence_key": route.sequence_key,
            "route_kind": route.route_kind,
            "declaration_file_path": path,
        }


def _plugins(findings: Findings) -> Iterator[Row]:
    for plugin, path in sorted(findings.declared.plugins, key=lambda item: (item[0].plugin_name, item[1])):
        yield {
            "plugin_name": plugin.plugin_name,
            "description": plugin.description,
            "declaration_file_path": path,
        }


def _source_files(findings: Findings) -> list[Row]:
    rows = [_code_row(file) for file in findings.scanned] + [_json_row(entry) for entry in findings.declaration_files]
    taken = {row["code_file_path"] for row in rows}
    rows += [
        {**_NOTHING_READ, "code_file_path": problem.path, "problem": problem.problem}
        for problem in findings.report_problems
        if problem.path not in taken
    ]
    return sorted(rows, key=lambda row: str(row["code_file_path"]))


_NOTHING_READ: Row = {"scan_status": "skipped", "byte_count": 0, "line_count": 0, "is_test": False, "test_count": 0}


def _code_row(file: ScannedFile) -> Row:
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


def _code_symbols(findings: Findings) -> Iterator[Row]:
    for path in sorted(findings.code.files):
        facts = findings.code.files[path]
        is_test = is_test_file(path, facts)
        for symbol in facts.symbols:
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
            }
