"""The lake: Parquet files, written whole or not at all.

The door between Python and dbt. Everything raw is written here, by write-then-rename, and named by its content's
owner, so that writers in several processes never meet. Reading is dbt's work, and the site's for log lines.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.domain.tables import Table
from orchestration.whole_files import written_whole

_ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.large_string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("ms", tz="UTC"),
}

# Written in every table's folder, so that a table with no data yet can be read like any other.
SCHEMA_FILE_NAME = "_schema.parquet"


@dataclass(frozen=True, slots=True)
class ParquetLayout:
    """What is known of a large table's columns: which repeat few values, which rise, and by which rows are looked for.

    The repeating are written as dictionaries and packed lightly, the rising as differences, the others are packed
    well; only the last get statistics. It takes two thirds of the time, and less room.
    """

    repeating: tuple[str, ...]
    rising: tuple[str, ...]
    sought: tuple[str, ...]

    def options(self, names: list[str]) -> dict[str, Any]:
        """Return how the columns are to be written, in pyarrow's words."""
        compression = {name: "snappy" if name in self.repeating else "zstd" for name in names}
        return {
            "compression": compression,
            "compression_level": {name: 1 for name, codec in compression.items() if codec == "zstd"},
            "use_dictionary": [name for name in self.repeating if name not in self.rising],
            "column_encoding": {name: "DELTA_BINARY_PACKED" for name in self.rising if name in names},
            "write_statistics": list(self.sought),
            "write_batch_size": 1 << 16,
            # How the columns were held in memory is nobody's business: a text is a text.
            "store_schema": False,
        }


# To pack a column costs 40 microseconds before its first byte: a table of a few rows is written as it is.
_SMALL_BYTE_COUNT = 1 << 13
_SMALL = {"compression": "none", "use_dictionary": False, "write_statistics": False}
_ANY = {"compression": "zstd", "compression_level": 1}


def table_folder(lake: Path, table: Table) -> Path:
    """Return the folder that holds the Parquet files of a raw table."""
    return lake / "raw" / table.name


def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a raw table, columns in the order of the contract."""
    return pa.schema(
        pa.field(column.name, _ARROW_TYPES[column.kind], nullable=not column.is_required) for column in table.columns
    )


def write_parquet(rows: pa.Table, path: Path, layout: "ParquetLayout | None" = None) -> int:
    """Write `rows` to `path` by write-then-rename; return the bytes written.

    The same rows give the same bytes. A reader sees the old file or the new one, never a part. A
    `layout` saves time on large tables.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as unfinished:
        pq.write_table(rows, unfinished, **_options(rows, layout))
    return path.stat().st_size


def _options(rows: pa.Table, layout: ParquetLayout | None) -> dict[str, Any]:
    if layout is not None:
        return layout.options(rows.column_names)
    return _SMALL if rows.nbytes < _SMALL_BYTE_COUNT else _ANY


def ensure_table(lake: Path, table: Table) -> None:
    """Create the folder of a raw table and its empty schema file, if they are not as the contract says."""
    path = table_folder(lake, table) / SCHEMA_FILE_NAME
    schema = arrow_schema(table)
    if not path.exists() or pq.read_schema(path) != schema:
        # Not schema.empty_table(): that imports pandas, which takes a second.
        write_parquet(pa.Table.from_batches([], schema), path)
