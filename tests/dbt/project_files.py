"""The dbt project as its files say it is: models, their descriptions, their unit tests, the sources, the glossary."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.defs.measured.tables import MEASURED_TABLES

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
LAYERS = ("declared", "observed", "judged", "reports")
SCHEMAS = {"stg": "staging", "int": "intermediate", "dim": "marts", "fct": "marts", "rpt": "reports"}


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its SQL file and what the .yml beside it says."""

    name: str
    layer: str
    sql_path: Path
    properties: dict[str, Any]

    @property
    def schema(self) -> str:
        """Return the schema its name puts it in."""
        return SCHEMAS[self.name.split("_")[0]]

    @property
    def is_public(self) -> bool:
        """Return whether others may rely on its columns."""
        return self.schema in ("marts", "reports")

    @property
    def description(self) -> str:
        """Return the model's description."""
        return str(self.properties.get("description", ""))

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Return the described columns by name."""
        return {column["name"]: column for column in self.properties.get("columns", [])}

    def code_lines(self) -> list[str]:
        """Return the lines of SQL that are neither blank nor a comment."""
        text = re.sub(r"\{#.*?#\}", "", self.sql_path.read_text(encoding="utf-8"), flags=re.DOTALL)
        return [line for line in text.splitlines() if line.strip() and not line.strip().startswith("--")]


@cache
def models() -> tuple[Model, ...]:
    """Return every model; one without a .yml beside it has no properties."""
    return tuple(
        Model(path.stem, path.relative_to(PROJECT / "models").parts[0], path, _properties_beside(path))
        for path in sorted((PROJECT / "models").rglob("*.sql"))
    )


@cache
def published(schema: str) -> dict[str, dict[str, str]]:
    """Return the columns and types of every table of a public schema, as the contracts say them."""
    return {
        model.name: {name: column["data_type"] for name, column in model.columns.items()}
        for model in models()
        if model.schema == schema
    }


@cache
def references() -> tuple[tuple[str, str], ...]:
    """Return (table, table it reads), of models and measured tables; seeds and raw tables are none of them."""
    found = {(path.stem, read) for path in _model_files() for read in _read_in(path)}
    found |= {(reader, read) for reader, (source, read) in source_references() if source == "measured"}
    found |= {(table.name, read) for table in MEASURED_TABLES for read in table.reads}
    return tuple(sorted((reader, read) for reader, read in found if read in layer_of()))


@cache
def source_references() -> tuple[tuple[str, tuple[str, str]], ...]:
    """Return (model, (source, table it reads)), from the files."""
    pattern = re.compile(r"\bsource\(\s*['\"](\w+)['\"],\s*['\"](\w+)['\"]")
    return tuple(
        (path.stem, (source, table))
        for path in _model_files()
        for source, table in pattern.findall(path.read_text(encoding="utf-8"))
    )


@cache
def layer_of() -> dict[str, str]:
    """Return the layer of each model, and of each measured table, which is judged."""
    layers = {path.stem: path.relative_to(PROJECT / "models").parts[0] for path in _model_files()}
    return layers | {table.name: "judged" for table in MEASURED_TABLES}


@cache
def unit_tested_models() -> frozenset[str]:
    """Return the names of the models that have a unit test."""
    return frozenset(test["model"] for file in _property_files() for test in file.get("unit_tests", []))


@cache
def sources() -> dict[tuple[str, str], dict[str, Any]]:
    """Return the source tables by (source, table)."""
    return {
        (source["name"], table["name"]): table
        for file in _property_files()
        for source in file.get("sources", [])
        for table in source["tables"]
    }


@cache
def glossary() -> dict[str, str]:
    """Return the docs blocks by name."""
    text = (PROJECT / "models" / "glossary.md").read_text(encoding="utf-8")
    return dict(re.findall(r"\{% docs (\w+) %\}\s*(.*?)\s*\{% enddocs %\}", text, flags=re.DOTALL))


@cache
def _model_files() -> tuple[Path, ...]:
    return tuple(sorted((PROJECT / "models").rglob("*.sql")))


def _read_in(path: Path) -> set[str]:
    return set(re.findall(r"\b(?:ref|pending)\(\s*['\"](\w+)['\"]", path.read_text(encoding="utf-8")))


def _properties_beside(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(".yml")
    described = yaml.safe_load(beside.read_text(encoding="utf-8")).get("models", []) if beside.is_file() else []
    return next((model for model in described if model["name"] == path.stem), {})


@cache
def _property_files() -> tuple[dict[str, Any], ...]:
    paths = sorted((PROJECT / "models").rglob("*.yml"))
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)
