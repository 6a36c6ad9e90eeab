"""The user's own exceptions: CSV files of deviations that are accepted, each with its reason and its date.

A file that cannot be understood is an error that names file and line: an exception that silently did not count would be
an alarm nobody can explain. Which deviations an exception accepts is decided in dbt (macros/is_accepted_by.sql).
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from orchestration.domain.errors import UsageError
from orchestration.domain.project_tables import ACCEPTED_DEVIATIONS
from orchestration.given_files import MEBIBYTE, read_given
from orchestration.lake import arrow_schema

REQUIRED = ("deviation_class", "reason", "accepted_on")
COLUMNS = (*REQUIRED, "sequence", "place", "until")
ANY = "*"


def read_accepted_deviations(paths: Sequence[str]) -> pa.Table:
    """Return the rows of `accepted_deviations`, file by file, in the order they stand there."""
    rows = [row for path in paths for row in _read_file(Path(path))]
    return pa.Table.from_pylist(rows, schema=arrow_schema(ACCEPTED_DEVIATIONS))


def _read_file(path: Path) -> Iterator[dict[str, object]]:
    try:
        text = read_given(path, 16 * MEBIBYTE).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: accepted deviations cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    reader = csv.DictReader(text.splitlines())
    _check_head(path, reader.fieldnames or ())
    for values in reader:
        place = f"{path}, line {reader.line_num}"
        if None in values:
            raise UsageError(f"{place}: has more values than columns; put a text with commas in quotes")
        yield _row(path.name, reader.line_num, {name: (value or "").strip() for name, value in values.items()}, place)


def _check_head(path: Path, names: Sequence[str]) -> None:
    for name in REQUIRED:
        if name not in names:
            raise UsageError(f"{path}: the column {name} is missing; its columns are {', '.join(COLUMNS)}")
    for name in names:
        if name not in COLUMNS:
            raise UsageError(f"{path}: {name} is not a column; its columns are {', '.join(COLUMNS)}")


def _row(file_name: str, line: int, values: dict[str, str], place: str) -> dict[str, object]:
    for name in REQUIRED:
        if not values[name]:
            raise UsageError(f"{place}: {name} is empty; an exception has a class, a reason and a date")
    return {
        "entry_number": line,
        "accepted_file_name": file_name,
        "deviation_class": values["deviation_class"],
        "sequence_pattern": values.get("sequence") or ANY,
        "place_pattern": values.get("place") or ANY,
        "reason": values["reason"],
        "accepted_on": _day(values["accepted_on"], place),
        "accepted_until": _day(values["until"], place) if values.get("until") else None,
    }


def _day(text: str, place: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{place}: {text!r} is not a day; write one like 2026-11-22") from None
