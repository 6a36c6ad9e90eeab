"""A table as a file: JSON, CSV, Markdown or Parquet, written batch by batch so that memory does not grow with it.

Record batches in, bytes into a file. Texts come from logs and code: CSV cells that a spreadsheet would run as a formula
are defused, Markdown is escaped. Which table, and in which order, belongs to orchestration/cli/exporting/tables.py.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.domain.spreadsheets import FORMULA_SIGNS
from orchestration.exports.markdown import escape_markdown, markdown_head, markdown_row

_QUOTED = frozenset('",\r\n')

TableWriter = Callable[[pa.RecordBatchReader, BinaryIO], None]


def write_json(table: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a JSON array of objects, one a line; times in ISO 8601 UTC, numbers that JSON cannot hold as null."""
    names = table.schema.names
    start = b"[\n"
    for row in _rows(table):
        text = json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False, separators=(",", ":"))
        file.write(start + text.encode("utf-8", "replace"))
        start = b",\n"
    file.write(b"\n]\n" if start == b",\n" else b"[]\n")


def write_csv(table: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write CSV with a header: null is an empty cell, an empty text `""`; lists are JSON.

    A text that begins with a sign of a formula gets an apostrophe in front, which spreadsheets take as "this is text".
    """
    file.write((",".join(map(_csv_text, table.schema.names)) + "\n").encode())
    for row in _rows(table):
        file.write((",".join(map(_csv_cell, row)) + "\n").encode("utf-8", "replace"))


def _csv_cell(value: object) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, int | float):
        return repr(plain)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return _csv_text(f"'{text}" if text.startswith(FORMULA_SIGNS) else text)


def _csv_text(text: str) -> str:
    if text and not _QUOTED.intersection(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def write_markdown(table: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a Markdown table; texts are escaped, line ends within them become `<br>`."""
    numbers = [pa.types.is_integer(field.type) or pa.types.is_floating(field.type) for field in table.schema]
    file.write(markdown_head([escape_markdown(name) for name in table.schema.names], numbers).encode())
    for row in _rows(table):
        file.write(markdown_row(map(_markdown_cell, row)).encode("utf-8", "replace"))


def _markdown_cell(value: object) -> str:
    plain = _plain(value)
    if plain is None or isinstance(plain, bool):
        return "" if plain is None else str(plain).lower()
    if isinstance(plain, int | float):
        return repr(plain)
    return escape_markdown(plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False))


def write_parquet(table: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write Parquet with the columns' own types; times are UTC."""
    with pq.ParquetWriter(file, table.schema, compression="zstd") as writer:
        for batch in table:
            writer.write_batch(batch)


def _rows(table: pa.RecordBatchReader) -> Iterator[tuple[object, ...]]:
    for batch in table:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


TABLE_WRITERS: Mapping[str, TableWriter] = {
    "json": write_json,
    "csv": write_csv,
    "md": write_markdown,
    "parquet": write_parquet,
}
