"""The raw code tables as Parquet in the lake: one file per table, the same findings the same bytes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.code_scan import code_rows, declaration_rows
from orchestration.code_scan.findings import Findings
from orchestration.domain import code_map_tables, tables
from orchestration.domain.tables import Table
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


def write_tables(findings: Findings, lake: Path) -> dict[str, int]:
    """Write all raw code tables; return the rows written by table."""
    return {table.name: _write(table, _MAKERS[table](findings), lake) for table in tables.CODE_TABLES}


def _write(table: Table, rows: Iterable[Row], lake: Path) -> int:
    ensure_table(lake, table)
    columns: dict[str, list[Any]] = {column.name: [] for column in table.columns}
    for row in rows:
        for name, values in columns.items():
            values.append(row.get(name))
    made = pa.table(columns, schema=arrow_schema(table))
    write_parquet(made, table_folder(lake, table) / f"{table.name}.parquet")
    return int(made.num_rows)
