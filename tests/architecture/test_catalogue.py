"""The catalogue: every asset says what it is, whose it is, where its code is; job, schedule and sensor load."""

import warnings
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import build_defs
from orchestration.defs.home import Home
from orchestration.defs.measured.tables import MEASURED_TABLES
from orchestration.domain.tables import RAW_TABLES
from orchestration.settings import InputSettings, Settings

LAYERS = {"raw", "seeds", "staging", "intermediate", "measured", "marts", "reports", "quality", "published", "site"}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    folder = tmp_path_factory.mktemp("catalogue")
    return build_defs(Settings(home=folder / "home", inputs=InputSettings(logs=(str(folder),))))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def without(specs: dict[str, dg.AssetSpec], attribute: str) -> list[str]:
    return [name for name, spec in specs.items() if not getattr(spec, attribute)]


@pytest.mark.parametrize("attribute", ["description", "owners", "group_name", "kinds", "freshness_policy"])
def test_every_asset_has_what_a_reader_looks_for(specs: dict[str, dg.AssetSpec], attribute: str) -> None:
    assert without(specs, attribute) == []


@pytest.mark.parametrize("key", ["dagster/code_references", "site_page"])
def test_every_asset_links_to_its_code_and_its_page(specs: dict[str, dg.AssetSpec], key: str) -> None:
    assert [name for name, spec in specs.items() if key not in spec.metadata] == []


def test_code_references_lead_to_files_that_exist(specs: dict[str, dg.AssetSpec]) -> None:
    for spec in specs.values():
        for reference in spec.metadata["dagster/code_references"].code_references:
            assert Path(reference.file_path).is_file(), spec.key


def test_the_first_word_of_a_key_is_its_layer(specs: dict[str, dg.AssetSpec]) -> None:
    layers = {name.split("/")[0] for name in specs}
    assert layers <= LAYERS


def test_every_table_shows_its_columns(specs: dict[str, dg.AssetSpec]) -> None:
    tables = {
        name: spec for name, spec in specs.items() if name.split("/")[0] in {"raw", "measured", "marts", "reports"}
    }
    assert len(tables) >= 25
    bare = [name for name, spec in tables.items() if "dagster/column_schema" not in spec.metadata]
    assert bare == []


def test_every_raw_table_is_an_asset(specs: dict[str, dg.AssetSpec]) -> None:
    assert [table.name for table in RAW_TABLES if f"raw/{table.name}" not in specs] == []


def test_every_measured_table_is_an_asset_made_of_the_tables_it_reads(specs: dict[str, dg.AssetSpec]) -> None:
    for table in MEASURED_TABLES:
        spec = specs[f"measured/{table.name}"]
        assert tuple(sorted(dependency.asset_key.path[-1] for dependency in spec.deps)) == tuple(sorted(table.reads))
        assert spec.group_name in {"identify", "measure"}


def test_staging_is_made_from_raw_assets_and_nothing_is_made_from_nothing(specs: dict[str, dg.AssetSpec]) -> None:
    staging = {name: spec for name, spec in specs.items() if name.startswith("staging/")}
    assert staging
    for name, spec in staging.items():
        assert {dependency.asset_key.path[0] for dependency in spec.deps} == {"raw"}, name
    known = set(specs)
    loose = {dep.asset_key.to_user_string() for spec in specs.values() for dep in spec.deps} - known
    assert loose == set()


def test_the_marts_of_the_public_contract_are_assets(specs: dict[str, dg.AssetSpec]) -> None:
    marts = "dim_sessions dim_sequences dim_beats dim_handlers fct_flows fct_beat_executions fct_handler_executions"
    more = "fct_flow_deviations fct_errors fct_silent_gaps"
    reports = "rpt_handler_performance rpt_handler_coverage rpt_sequence_conformance"
    expected = [f"marts/{name}" for name in f"{marts} {more}".split()] + [f"reports/{name}" for name in reports.split()]
    assert [name for name in expected if name not in specs] == []


def test_checks_come_from_lines_expectations_and_dbt(definitions: dg.Definitions) -> None:
    names = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert "every_line_is_accounted_for" in names
    assert any(name.startswith("not_null_") for name in names)
    assert len(names) > 50


def test_one_job_its_schedules_and_sensors_are_loaded(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert repository.has_job("publish_site")
    assert [schedule.name for schedule in repository.schedule_defs] == ["publish_site_daily", "publish_site_hourly"]
    assert sorted(sensor.name for sensor in repository.sensor_defs) == ["code_changed", "logs_changed", "run_failed"]
    job = repository.get_job("publish_site")
    assert job.executor_def.name == "in_process"
    assert job.asset_layer.executable_asset_keys == set(definitions.resolve_asset_graph().executable_asset_keys)


def test_loading_the_definitions_gives_no_warning_of_ours(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build_defs(Settings(home=tmp_path), home=Home(tmp_path))
    ours = [str(w.message) for w in caught if not issubclass(w.category, DeprecationWarning | ResourceWarning)]
    assert ours == []
