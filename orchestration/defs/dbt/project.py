"""The dbt project: where it is, its manifest, and what makes a new build necessary.

The manifest is made when it is missing or older than the models, by content. Running dbt is in runner.py.
"""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_dbt import DbtProject

from orchestration.defs.dbt.runner import PROJECT_FOLDER, write_manifest
from orchestration.defs.fingerprint import fingerprint_of_files, fingerprint_of_values, read_record, write_record
from orchestration.defs.home import Home

MANIFEST_FILE_NAME = "manifest.json"
# What measured tables are computed by: a change there changes what is built of them.
ROOMS_OF_MEASURES = [
    *(Path(__file__).resolve().parents[2] / name for name in ("analysis", "domain")),
    Path(__file__).resolve().parents[1] / "measured",
]


def dbt_project_of(home: Home) -> DbtProject:
    """Return the project as dagster-dbt knows it, with its artefacts in the home folder."""
    return DbtProject(project_dir=PROJECT_FOLDER, target_path=home.dbt_target)


def load_manifest(home: Home) -> dict[str, Any]:
    """Return the manifest, parsing the project first if its files are not those of the last parse."""
    path = home.dbt_target / MANIFEST_FILE_NAME
    record_path = home.records / "manifest.json"
    fingerprint = models_fingerprint()
    if not path.is_file() or read_record(record_path).get("fingerprint") != fingerprint:
        with home.exclusive():
            write_manifest(home)
            write_record(record_path, {"fingerprint": fingerprint})
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


@cache
def models_fingerprint() -> str:
    """Return what the models are: their text, the analysis they call, the versions of the engines that run them."""
    versions = [version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb")]
    return fingerprint_of_values(fingerprint_of_files([PROJECT_FOLDER, *ROOMS_OF_MEASURES]), *versions)
