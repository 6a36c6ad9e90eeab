"""The raw tables of the configuration: what the user knows and no log or code says, such as the names of builds.

Settings that only steer the run are not data and stay out of the lake.
"""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg
import pyarrow as pa

from orchestration.defs.catalogue import materialize_raw_table, raw_table_spec
from orchestration.defs.platform import Platform
from orchestration.defs.project.accepted_deviations import read_accepted_deviations
from orchestration.domain.project_tables import (
    ACCEPTED_DEVIATIONS,
    ANOMALY_SETTINGS,
    CONFIGURED_BUDGETS,
    NAMED_BUILDS,
)
from orchestration.domain.tables import PROJECT_TABLES
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet
from orchestration.settings import AnomalySettings, Settings
from orchestration.settings_budgets import list_limits

ORIGIN = "From sightline.toml and the files it names."


def build_project_assets(platform: Platform) -> dg.AssetsDefinition:
    """Return the assets of the configuration's raw tables."""

    @dg.multi_asset(
        name="read_project",
        specs=[raw_table_spec(table, platform.home, "project", ORIGIN) for table in PROJECT_TABLES],
    )
    def project_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        """Write to the lake what the configuration says of the project."""
        with platform.home.exclusive():
            inputs = platform.settings.inputs
            for table, rows in (
                (NAMED_BUILDS, named_build_rows(platform.settings.builds)),
                (ACCEPTED_DEVIATIONS, read_accepted_deviations(inputs.accepted_deviations)),
                (ANOMALY_SETTINGS, anomaly_setting_rows(platform.settings.anomalies)),
                (CONFIGURED_BUDGETS, configured_budget_rows(platform.settings)),
            ):
                ensure_table(platform.home.lake, table)
                write_parquet(rows, table_folder(platform.home.lake, table) / "configuration.parquet")
        for table in PROJECT_TABLES:
            yield materialize_raw_table(context, platform.home, table)

    return project_tables


def named_build_rows(builds: Mapping[str, str]) -> pa.Table:
    """Return the rows of `named_builds`, in the order of the configuration."""
    rows = [
        {"pattern_number": number, "log_path_pattern": pattern, "build_name": name}
        for number, (pattern, name) in enumerate(builds.items(), 1)
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(NAMED_BUILDS))


def anomaly_setting_rows(chosen: AnomalySettings) -> pa.Table:
    """Return the rows of `anomaly_settings`, name by name, in the order of the configuration."""
    values: tuple[tuple[str, Sequence[tuple[str, str | None]]], ...] = (
        ("training", [(glob, None) for glob in chosen.training]),
        ("training_build", [(build, None) for build in chosen.training_builds]),
        ("incident", list(chosen.incidents.items())),
        ("alert_budget", [(str(chosen.alert_budget), None)]),
    )
    rows = [
        {"setting_name": name, "setting_number": number, "setting_value": value, "reason": reason}
        for name, pairs in values
        for number, (value, reason) in enumerate(pairs, 1)
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(ANOMALY_SETTINGS))


def configured_budget_rows(settings: Settings) -> pa.Table:
    """Return the rows of `configured_budgets`, one per limit."""
    names = ("subject_kind", "name_pattern", "statistic", "limit_ms", "severity", "config_key")
    file_name = settings.config.name if settings.config else None
    rows = [
        {"budget_number": number, "config_file_name": file_name, **dict(zip(names, limit, strict=True))}
        for number, limit in enumerate(list_limits(settings.budgets), 1)
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(CONFIGURED_BUDGETS))
