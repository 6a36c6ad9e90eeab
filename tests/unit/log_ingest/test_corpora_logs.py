"""Small logs of every kind against rows reviewed by hand (tests/corpora/logs)."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import REPOSITORY
from tests.unit.log_ingest.log_lake import assert_counts_add_up, ingest, write

CORPORA = REPOSITORY / "tests/corpora/logs"
_OWN_FILE = ("log_file_id", "log_file_path")


def rows_of(log: Path, folder: Path) -> tuple[str, list[dict[str, Any]], list[list[Any]]]:
    """Return dialect, records without their nulls, and rejected lines."""
    lake = ingest(write(folder / "logs" / log.name, log.read_bytes()), folder / "lake")
    assert_counts_add_up(lake)
    rows = []
    for record in lake.records():
        stamp = record.pop("emitted_at")
        row = {name: value for name, value in record.items() if value is not None and name not in _OWN_FILE}
        rows.append(row | ({"emitted_at": stamp.isoformat(timespec="milliseconds")} if stamp else {}))
    return lake.file(log.name)["dialect_name"], rows, [list(row) for row in lake.rejected()]


@pytest.mark.parametrize("log", sorted(CORPORA.glob("*.log")), ids=lambda path: path.stem)
def test_a_log_gives_the_reviewed_rows(log: Path, tmp_path: Path) -> None:
    expected = json.loads(log.with_suffix(".rows.json").read_text("utf-8"))
    dialect, rows, rejected = rows_of(log, tmp_path)
    assert dialect == expected["dialect"]
    assert rejected == expected["rejected"]
    assert rows == expected["rows"]
