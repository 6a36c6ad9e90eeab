"""Every exception injected into the corpus is in one error group with the right handler and place; no cascade is split.

The source code is not in the corpus: where handlers are defined comes from its facts about the code, counted there with
another compiler, and the conductor's own file from the labels.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.tables import HANDLERS, PROJECT_TABLES, SOURCE_FILES
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.built_tables import build_tables_in
from tests.corpus import corpus_path

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parents[2]
CORPUS = corpus_path()
CLASSES = ("b_handler_throws", "b2_beat_fails")


def labels() -> list[dict[str, Any]]:
    """Return the sessions with an injected exception that took effect."""
    if CORPUS is None:
        return []
    lines = (CORPUS / "logs" / "faulty" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return [label for label in map(json.loads, lines) if label["class"] in CLASSES and label["effective"]]


EVERY_FAULT = pytest.mark.parametrize("label", labels(), ids=lambda label: label["id"])


@pytest.fixture(scope="module")
def marts(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("corpus_errors")
    lake = home / "lake"
    logs = [corpus / "logs" / "faulty" / label["file"] for label in labels()]
    ingest_logs(logs, lake, IngestOptions(settle_seconds=0))
    scan_code([], [corpus / "declared"], [], lake, ScanOptions())
    for table in PROJECT_TABLES:
        ensure_table(lake, table)
    place_handlers(lake, corpus)
    place_files(lake)
    build_tables_in(home, "fct_errors", what="untested")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def place_handlers(lake: Path, corpus: Path) -> None:
    """Give the declared handlers the places the facts say, where there is one."""
    facts = json.loads((corpus / "code_facts" / "handlers_resolved.json").read_text(encoding="utf-8"))
    places = {
        fact["handler"]: re.match(r"(\S+):(\d+)", fact["candidates"][0])
        for fact in facts
        if fact["resolvable"] == "unique"
    }
    path = table_folder(lake, HANDLERS) / "handlers.parquet"
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        if place := places.get(row["handler_name"]):
            row |= {"code_file_path": place[1], "code_line_number": int(place[2]), "resolution": "unique"}
            row |= {"code_end_line_number": int(place[2]), "code_function_name": row["handler_name"]}
    write_parquet(pa.Table.from_pylist(rows, schema=arrow_schema(HANDLERS)), path)


def place_files(lake: Path) -> None:
    files = sorted({label["where"]["file"] for label in labels()})
    row = {"language": "typescript", "scan_status": "ok", "byte_count": 1, "line_count": 999, "is_test": False}
    rows = [row | {"code_file_path": file, "test_count": 0, "problem": None, "content_hash": None} for file in files]
    table = pa.Table.from_pylist(rows, schema=arrow_schema(SOURCE_FILES))
    write_parquet(table, table_folder(lake, SOURCE_FILES) / "source_files.parquet")


def errors_of(marts: duckdb.DuckDBPyConnection, label: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the session's error records of flows: failed handlers, beats, movements, flows and what repeats them."""
    cursor = marts.execute(
        "select * from marts.fct_errors where log_file_path like ? and severity = 'error' "
        "and error_kind <> 'network_failed' order by line_number",
        [f"%{label['file']}"],
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@EVERY_FAULT
def test_every_injected_exception_is_a_root_error_of_one_group(
    label: dict[str, Any], marts: duckdb.DuckDBPyConnection
) -> None:
    roots = [row for row in errors_of(marts, label) if not row["is_consequence"]]
    assert len(roots) == len(label["events"])
    assert len({row["error_group_id"] for row in roots}) == 1


@EVERY_FAULT
def test_no_record_of_a_cascade_is_outside_the_group_of_its_root(
    label: dict[str, Any], marts: duckdb.DuckDBPyConnection
) -> None:
    assert len({row["error_group_id"] for row in errors_of(marts, label)}) == 1


@EVERY_FAULT
def test_the_group_names_the_handler_and_the_place_of_the_fault(
    label: dict[str, Any], marts: duckdb.DuckDBPyConnection
) -> None:
    roots = [row for row in errors_of(marts, label) if not row["is_consequence"]]
    where = label["where"]
    # Thrown by the conductor before the handler is called: the place is the conductor's, told by the stack.
    thrown = {(row["thrown_file_path"], row["thrown_line_number"]) for row in roots if row["thrown_file_path"]}
    defined = {(row["code_file_path"], row["code_line_number"]) for row in roots}
    assert (where["file"], where["line"]) in thrown | (defined if label["class"] == "b_handler_throws" else set())
    assert {row["topic"] for row in roots} == {where["event"]}
    if "handler" in where:
        assert {row["handler_name"] for row in roots} == {where["handler"]}
