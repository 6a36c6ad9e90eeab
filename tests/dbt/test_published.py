"""Readers ask published tables only: everything they name is public, or its model says that it is published."""

import re
from collections.abc import Iterator
from pathlib import Path

from orchestration.defs.publishing import PUBLIC_SCHEMAS, published_tables
from tests.dbt.project_files import SCHEMAS, models

ROOT = Path(__file__).resolve().parents[2]
READERS = ("docs_site", "orchestration/flows", "orchestration/exports", "orchestration/cli", "orchestration/defs/site")
FILES = ("orchestration/gates.py", "orchestration/gate_queries.py", "orchestration/defs/forgetting.py")
# In SQL a table stands with its schema.
TABLE = re.compile(rf"\b({'|'.join({*SCHEMAS.values(), 'measured'})})\.((?:{'|'.join(SCHEMAS)})_\w+)")


def tables_named() -> Iterator[tuple[str, tuple[str, str]]]:
    paths = [path for room in READERS for path in (ROOT / room).rglob("*.py")] + [ROOT / file for file in FILES]
    for path in paths:
        for schema, table in TABLE.findall(path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix(), (schema, table)


def manifest_of_files() -> dict[str, dict[str, dict[str, object]]]:
    return {
        "nodes": {
            model.name: {
                "resource_type": "model",
                "schema": model.schema,
                "name": model.name,
                "config": {"meta": model.properties.get("config", {}).get("meta", {})},
            }
            for model in models()
        }
    }


def test_every_table_a_reader_names_is_published() -> None:
    published = set(published_tables(manifest_of_files()))
    named = list(tables_named())
    assert len(named) > 200
    assert {place: tables for place, tables in named if tables not in published} == {}


def test_what_is_published_without_being_public_has_a_reader() -> None:
    named = {table for _, table in tables_named()}
    more = {place for place in published_tables(manifest_of_files()) if place[0] not in PUBLIC_SCHEMAS}
    assert more
    assert more - named == set()
