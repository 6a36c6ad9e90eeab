"""Building the warehouse: all models, or nothing when neither the lake nor the models changed.

What the last complete build was made from and what came out of it is kept as a record; it is removed before a build
begins, so that a killed one is done again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.defs.dbt.project import models_fingerprint
from orchestration.defs.dbt.runner import NodeOutcome, run_dbt
from orchestration.defs.fingerprint import (
    fingerprint_of_files,
    fingerprint_of_values,
    forget_record,
    read_record,
    write_record,
)
from orchestration.defs.home import Home
from orchestration.defs.progress import Step
from orchestration.domain.errors import SightlineError
from orchestration.warehouse import fetch_tuples, open_tables


@dataclass(frozen=True, slots=True)
class Build:
    """What came out of a build. `row_counts` is by dbt's unique id; `fingerprint` is empty for part of the models."""

    fingerprint: str
    outcomes: tuple[NodeOutcome, ...]
    row_counts: Mapping[str, int]
    is_new: bool

    @property
    def broken_models(self) -> list[NodeOutcome]:
        """Return the models and seeds that could not be built: without them there is nothing to publish."""
        return [outcome for outcome in self.outcomes if not outcome.is_test and outcome.is_failed]

    @property
    def failed_tests(self) -> list[NodeOutcome]:
        """Return the data tests that failed: the site is published all the same, and says so."""
        return [outcome for outcome in self.outcomes if outcome.is_test and outcome.is_failed]


def build_warehouse(home: Home, manifest: Mapping[str, Any], going: Step) -> Build:
    """Build all models and run their tests; return the last build instead if it would be the same."""
    if last := last_build(home):
        return last
    record_path = _record_path(home)
    forget_record(record_path)
    fingerprint = _fingerprint(home)
    build = Build(fingerprint, _build_all(home, manifest, going), count_rows(home, manifest), True)
    if not build.broken_models:
        outcomes = [asdict(outcome) for outcome in build.outcomes]
        write_record(record_path, {"fingerprint": fingerprint, "row_counts": build.row_counts, "outcomes": outcomes})
    return build


def last_build(home: Home) -> Build | None:
    """Return the last complete build if a new one would be the same."""
    record = read_record(_record_path(home))
    if not home.warehouse.is_file() or record.get("fingerprint") != _fingerprint(home):
        return None
    outcomes = tuple(NodeOutcome(**row) for row in record["outcomes"])
    return Build(record["fingerprint"], outcomes, record["row_counts"], is_new=False)


def build_models(home: Home, manifest: Mapping[str, Any], names: Sequence[str], going: Step) -> Build:
    """Build some models and run their tests, whatever was built before."""
    forget_record(_record_path(home))
    return Build("", _run(home, manifest, names, [], going), count_rows(home, manifest), True)


def refresh_models(home: Home, manifest: Mapping[str, Any], going: Step) -> None:
    """Build what depends on logs and test nothing: the quick half of a build, for a site that follows a log.

    The record of the last complete build goes, so that the next run builds and tests everything. Raises
    SightlineError when a model could not be built.
    """
    forget_record(_record_path(home))
    below_logs = [f"{node['name']}+" for node in manifest["nodes"].values() if node["name"].startswith("stg_logs__")]
    broken = [outcome for outcome in _run(home, manifest, below_logs, [], going, is_tested=False) if outcome.is_failed]
    if broken:
        raise SightlineError(f"the table {broken[0].name} could not be built: {broken[0].message}")


def count_rows(home: Home, manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return the rows of every model and seed that exists in the warehouse, by dbt's unique id."""
    with open_tables(home.warehouse) as connection:
        existing = set(fetch_tuples(connection, "select table_schema, table_name from information_schema.tables"))
        counts = {}
        for unique_id, node in manifest["nodes"].items():
            place = (node["schema"], node.get("alias") or node["name"])
            if node["resource_type"] in {"model", "seed"} and place in existing:
                counts[unique_id] = fetch_tuples(connection, f'select count(*) from "{place[0]}"."{place[1]}"')[0][0]
    return counts


def _record_path(home: Home) -> Path:
    return home.records / "warehouse.json"


def _fingerprint(home: Home) -> str:
    return fingerprint_of_values(fingerprint_of_files([home.lake], "*.parquet"), models_fingerprint())


def _build_all(home: Home, manifest: Mapping[str, Any], going: Step) -> tuple[NodeOutcome, ...]:
    """Build all models; anew when they are not those that built the tables, whose rows and columns may then differ."""
    record_path = home.records / "models.json"
    is_same = read_record(record_path).get("fingerprint") == models_fingerprint()
    outcomes = _run(home, manifest, [], [] if is_same else ["--full-refresh"], going)
    if not any(outcome.is_failed for outcome in outcomes if not outcome.is_test):
        write_record(record_path, {"fingerprint": models_fingerprint()})
    return outcomes


def _run(
    home: Home,
    manifest: Mapping[str, Any],
    selection: Sequence[str],
    how: Sequence[str],
    going: Step,
    *,
    is_tested: bool = True,
) -> tuple[NodeOutcome, ...]:
    done: list[str] = []

    def hear(unique_id: str) -> None:
        done.append(unique_id)
        node = manifest["nodes"].get(unique_id, {})
        going.say(f"{len(done)} models and tests, {node.get('name', unique_id)}")

    # Tests come after all models: in one `dbt build` a failed test would leave out every model below it.
    # Unit tests look at the SQL, not at the data: they belong to `make test`.
    selected = ["--select", *selection] if selection else []
    models = ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", *selected, *how]
    tests = ["test", "--exclude-resource-type", "unit_test", *selected]
    return tuple(run_dbt([models, tests] if is_tested else [models], home, hear))
