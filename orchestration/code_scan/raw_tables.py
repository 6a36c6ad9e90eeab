"""The raw code tables as Parquet in the lake: one file per table, the same findings the same bytes."""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.code_scan import code_rows, declaration_rows
from orchestration.code_scan.findings import Findings
from orchestration.code_scan.text_redaction import TextRedaction
from orchestration.domain import code_map_tables, tables
from orchestration.domain.tables import Column, Kind, Table
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet

Row = dict[str, Any]

_MAKERS: dict[Table, Callable[[Findings], Iterable[Row]]] = {
    tables.SEQUENCES: declaration_rows.make_sequences,
    tables.BEATS: declaration_rows.make_beats,
    tables.HANDLERS: declaration_rows.make_handlers,
    tables.HANDLER_TESTS: declaration_rows.make_handler_tests,
    tables.HANDLER_COVERAGE: declaration_rows.make_handler_coverage,
    tables.TOPIC_ROUTES: declaration_rows.make_topic_routes,
    tables.PLUGINS: declaration_rows.make_plugins,
    code_map_tables.BEAT_HANDLERS: declaration_rows.make_beat_handlers,
    code_map_tables.OFFERED_HANDLERS: declaration_rows.make_offered_handlers,
    tables.SOURCE_FILES: code_rows.make_source_files,
    tables.CODE_SYMBOLS: code_rows.make_code_symbols,
    code_map_tables.CODE_EDGES: code_rows.make_code_edges,
    code_map_tables.CODE_TESTS: code_rows.make_code_tests,
    code_map_tables.TEST_RESULTS: code_rows.make_test_results,
    code_map_tables.FILE_COVERAGE: code_rows.make_file_coverage,
    code_map_tables.COMMITS: code_rows.make_commits,
    code_map_tables.HANDLER_COMMITS: code_rows.make_handler_commits,
    code_map_tables.HANDLER_OWNERS: code_rows.make_handler_owners,
    code_map_tables.SOURCE_MAPS: code_rows.make_source_maps,
    code_map_tables.SCAN_PROBLEMS: code_rows.make_scan_problems,
    code_map_tables.DECLARED_BUDGETS: declaration_rows.make_declared_budgets,
}

_YEARS = range(1970, 2101)
_FITS: dict[Kind, Callable[[Any], bool]] = {
    "string": lambda value: _is_plain(value),
    "int64": lambda value: -(2**63) <= value < 2**63,
    "float64": math.isfinite,
    "bool": lambda _: True,
    "timestamp": lambda value: value.year in _YEARS,
}
_NOTHING: dict[Kind, Any] = {"int64": 0, "float64": 0.0, "bool": False, "timestamp": datetime(1970, 1, 1, tzinfo=UTC)}


def write_tables(findings: Findings, lake: Path, redaction: TextRedaction) -> dict[str, int]:
    """Write all raw code tables, without secrets; return the rows written by table."""
    return {table.name: _write(table, _MAKERS[table](findings), lake, redaction) for table in tables.CODE_TABLES}


def _fitting(value: Any, column: Column) -> Any:
    """Return a value as the lake can hold it: what no file should say costs itself, never the table."""
    if value is None or _FITS[column.kind](value):
        return value
    if column.kind == "string":
        # A lone surrogate is no UTF-8, and many readers end a text at the first NUL.
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "␀")
    return _NOTHING[column.kind] if column.is_required else None


def _is_plain(text: str) -> bool:
    return text.isascii() and "\0" not in text


def _write(table: Table, rows: Iterable[Row], lake: Path, redaction: TextRedaction) -> int:
    ensure_table(lake, table)
    columns: dict[str, list[Any]] = {column.name: [] for column in table.columns}
    for row in rows:
        for column in table.columns:
            columns[column.name].append(_fitting(row.get(column.name), column))
    made = redaction.redacted(pa.table(columns, schema=arrow_schema(table)))
    write_parquet(made, table_folder(lake, table) / f"{table.name}.parquet")
    return int(made.num_rows)
