"""`sightline export table`: a public table of the warehouse as a file, found by its name.

Every mart and report can be exported; what stands before them in the warehouse is no contract and is not. How a format
is written belongs to orchestration/exports/table_files.py.
"""

import difflib
from pathlib import Path

from orchestration.cli.exporting.places import built_home, open_built, open_export
from orchestration.cli.summary import printable
from orchestration.domain.errors import UsageError
from orchestration.exports.table_files import TABLE_WRITERS
from orchestration.settings import Settings
from orchestration.warehouse import Connection, fetch_tuples

# Rows held at a time: a wide table of these is some ten megabytes.
_BATCH_ROWS = 10_000
_TABLES = """
select table_schema || '.' || table_name from information_schema.tables
where table_schema in ('marts', 'reports') order by table_schema, table_name
"""
_COLUMNS = """
select column_name, data_type from information_schema.columns
where table_schema || '.' || table_name = ? order by ordinal_position
"""


def list_tables(settings: Settings) -> list[str]:
    """Return the tables that can be exported, each with the number of its rows."""
    with open_built(built_home(settings)) as connection:
        names = _public_tables(connection)
        counts = [fetch_tuples(connection, f"select count(*) from {name}")[0][0] for name in names]
    width = max(map(len, names), default=0)
    return [f"{name:<{width}}  {count:>10,} rows" for name, count in zip(names, counts, strict=True)]


def export_table(settings: Settings, name: str, format_name: str, out: Path | None) -> None:
    """Write one table; raise UsageError for a table or a format that does not exist.

    Rows stand in the order of all columns, the key being the first: the same warehouse gives the same file.
    """
    if format_name not in TABLE_WRITERS:
        raise UsageError(f"--format {format_name}: give one of {', '.join(TABLE_WRITERS)}")
    home = built_home(settings)
    with open_built(home) as connection:
        table = _find_table(name, _public_tables(connection))
        default = home.exports / "tables" / f"{table.partition('.')[2]}.{format_name}"
        with open_export(default, out) as file:
            rows = connection.execute(_select(connection, table)).to_arrow_reader(_BATCH_ROWS)
            TABLE_WRITERS[format_name](rows, file)


def _public_tables(connection: Connection) -> list[str]:
    return [row[0] for row in fetch_tuples(connection, _TABLES)]


def _find_table(name: str, tables: list[str]) -> str:
    wanted = name.lower()
    found = [table for table in tables if wanted in (table, table.partition(".")[2])]
    if found:
        return found[0]
    short = {table.partition(".")[2]: table for table in tables}
    close = difflib.get_close_matches(wanted.partition(".")[2] or wanted, short, n=3, cutoff=0.5)
    near = f"did you mean {', '.join(close)}? " if close else ""
    raise UsageError(f"{printable(name)}: no such table; {near}`sightline export table --list` names all {len(tables)}")


def _select(connection: Connection, table: str) -> str:
    # These two widths are DuckDB's own; no other reader keeps them.
    narrower = {"HUGEINT": "bigint", "DECIMAL": "double"}
    columns = []
    for name, kind in fetch_tuples(connection, _COLUMNS, [table]):
        cast = narrower.get(kind.partition("(")[0])
        columns.append(f'cast("{name}" as {cast}) as "{name}"' if cast else f'"{name}"')
    return f"select {', '.join(columns)} from {table} order by all"
