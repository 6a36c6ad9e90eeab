"""Building the warehouse: all tables, or nothing when neither the lake nor what makes the tables changed.

dbt builds models, Python measures between its slices; which comes when is slices.py's. Tests come after all tables.
What the last complete build was made from and what came out of it is kept as a record; it is removed before a build
begins, so that a killed one is done again.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.defs.dbt.project import models_fingerprint
from orchestration.defs.dbt.runner import NodeListener, NodeOutcome, parsed_project
from orchestration.defs.dbt.slices import BUILT, above, below, is_measured, slices_of
from orchestration.defs.fingerprint import (
    fingerprint_of_files,
    fingerprint_of_values,
    forget_record,
    read_record,
    write_record,
)
from orchestration.defs.home import Home
from orchestration.defs.measured.measuring import ensure_measured, measure
from orchestration.defs.progress import Step
from orchestration.domain.errors import SightlineError
from orchestration.warehouse import fetch_tuples, is_damaged, open_tables

# Unit tests look at the SQL, not at the data: they belong to `make test`.
_MODELS = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_TESTS = ("test", "--exclude-resource-type", "unit_test")


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
    is_there = home.warehouse.is_file() and not is_damaged(home.warehouse)
    if not is_there or record.get("fingerprint") != _fingerprint(home):
        return None
    outcomes = tuple(NodeOutcome(**row) for row in record["outcomes"])
    return Build(record["fingerprint"], outcomes, record["row_counts"], is_new=False)


def built_fingerprint(home: Home) -> str | None:
    """Return the fingerprint of the last complete build; None after one of part of the models, and before any."""
    return read_record(_record_path(home)).get("fingerprint")


def build_models(home: Home, manifest: Mapping[str, Any], names: Sequence[str], going: Step) -> Build:
    """Build some tables and run their tests, whatever was built before."""
    forget_record(_record_path(home))
    outcomes = build_tables(home, manifest, set(names), going)
    return Build("", outcomes, count_rows(home, manifest), True)


def refresh_models(home: Home, manifest: Mapping[str, Any], going: Step) -> None:
    """Build what depends on logs and test nothing: the quick half of a build, for a site that follows a log.

    The record of the last complete build goes, so that the next run builds and tests everything. Raises
    SightlineError when a table could not be built.
    """
    forget_record(_record_path(home))
    doors = [node["name"] for node in manifest["nodes"].values() if node["name"].startswith("stg_logs__")]
    _built(home, manifest, below(manifest, doors), going)


def build_above(home: Home, manifest: Mapping[str, Any], names: Sequence[str], going: Step) -> None:
    """Build some tables and all they are made of, and test nothing; raise SightlineError when one could not be."""
    _built(home, manifest, above(manifest, names), going)


def count_rows(home: Home, manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return the rows of every model, seed and measured table that exists, by dbt's unique id."""
    with open_tables(home.warehouse) as connection:
        existing = set(fetch_tuples(connection, "select table_schema, table_name from information_schema.tables"))
        counts = {}
        for unique_id, node in _tables_of(manifest).items():
            place = (node["schema"], node.get("alias") or node["name"])
            if place in existing:
                (counts[unique_id],) = fetch_tuples(connection, f'select count(*) from "{place[0]}"."{place[1]}"')[0]
    return counts


def _record_path(home: Home) -> Path:
    return home.records / "warehouse.json"


def _fingerprint(home: Home) -> str:
    return fingerprint_of_values(fingerprint_of_files([home.raw], "*.parquet"), models_fingerprint())


def _build_all(home: Home, manifest: Mapping[str, Any], going: Step) -> tuple[NodeOutcome, ...]:
    """Build all models; anew when they are not those that built the tables, whose rows and columns may then differ."""
    record_path = home.records / "models.json"
    # All that stands in a damaged file is in the lake; dbt would fail over it in every run from now on.
    is_same = read_record(record_path).get("fingerprint") == models_fingerprint() and not is_damaged(home.warehouse)
    if not is_same:
        # Killed or failed half-way, the tables are of two versions: going back to the earlier one builds anew too.
        forget_record(record_path)
        # Readers open what is published; here a table whose model is gone would keep what is forgotten since.
        for path in (home.warehouse, home.warehouse.with_name(f"{home.warehouse.name}.wal")):
            path.unlink(missing_ok=True)
    outcomes = build_tables(home, manifest, None, going)
    if not any(outcome.is_failed for outcome in outcomes if not outcome.is_test):
        write_record(record_path, {"fingerprint": models_fingerprint()})
    return outcomes


def _built(home: Home, manifest: Mapping[str, Any], names: Collection[str], going: Step) -> None:
    outcomes = build_tables(home, manifest, names, going, is_tested=False)
    broken = [outcome for outcome in outcomes if outcome.is_failed]
    if broken:
        raise SightlineError(f"the table {broken[0].name} could not be built: {broken[0].message}")


def build_tables(
    home: Home,
    manifest: Mapping[str, Any],
    chosen: Collection[str] | None,
    going: Step,
    *,
    how: Sequence[str] = (),
    is_tested: bool = True,
) -> tuple[NodeOutcome, ...]:
    """Build all tables or the chosen ones, slice by slice; what comes after a slice that failed is left out.

    `how` is options of dbt, such as a number of threads.
    """
    done: list[str] = []

    def hear(name: str) -> None:
        done.append(name)
        going.say(f"{len(done)} models and tests, {manifest['nodes'].get(name, {}).get('name', name)}")

    outcomes: list[NodeOutcome] = []
    ids = {node["name"]: key for key, node in manifest["nodes"].items() if node["resource_type"] in BUILT}
    ensure_measured(home)
    with parsed_project(home, hear) as run:
        for part in slices_of(manifest, chosen):
            if part.models:
                outcomes += run([*_MODELS, *how], [ids[name] for name in part.models])
            if not any(outcome.is_failed for outcome in outcomes):
                outcomes += _measured(home, manifest, part.measured, hear)
            if any(outcome.is_failed for outcome in outcomes):
                return tuple(outcomes)
        tables = [ids[name] for name in chosen or () if name in ids]
        if is_tested and (chosen is None or tables):
            # Tests come after all models: in one `dbt build` a failed test would leave out every model below it.
            # Of some tables, those tests whose tables are all among them or made before them: others may not be there.
            outcomes += run([*_TESTS, *(["--indirect-selection", "buildable"] if tables else [])], tables)
    return tuple(outcomes)


def _measured(
    home: Home, manifest: Mapping[str, Any], names: Sequence[str], hear: NodeListener
) -> Iterator[NodeOutcome]:
    """Compute measured tables; a failure is an outcome, like a model's."""
    schemas = {node["name"]: node["schema"] for node in manifest["nodes"].values() if node["resource_type"] in BUILT}
    ids = {node["name"]: unique_id for unique_id, node in _tables_of(manifest).items()}
    for name in names:
        began = time.monotonic()
        status, message = "success", ""
        try:
            measure(home, name, schemas)
        except Exception as error:  # whatever a method trips over, it is that table which is not built
            status, message = "error", f"{type(error).__name__}: {error}"
        yield NodeOutcome(ids[name], status, time.monotonic() - began, message, None)
        hear(name)


def _tables_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is built, by dbt's unique id: models, seeds, and measured tables, which are sources to dbt."""
    built = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in BUILT}
    return built | {key: source for key, source in manifest["sources"].items() if is_measured(source)}
