"""The tables of the warehouse as assets, their data tests as checks; one step builds them all.

Which models there are is read from the manifest. Building is in warehouse.py, reporting in report.py.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt.asset_utils import build_dbt_specs

from orchestration.defs.dbt.measured_specs import measured_specs
from orchestration.defs.dbt.project import dbt_project_of
from orchestration.defs.dbt.report import CheckResults, name_some, report_build
from orchestration.defs.dbt.test_results import write_test_results
from orchestration.defs.dbt.translator import SightlineTranslator
from orchestration.defs.dbt.warehouse import Build, build_models, build_warehouse
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.progress import step


def build_dbt_assets(platform: Platform, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Return the assets and checks of all dbt models, and of the tables measured between them."""
    models, tests = _specs(platform.home, manifest)

    # One step for all slices: one lock, one record of the last build, and tests after all tables.
    @dg.multi_asset(
        name="build_warehouse",
        specs=[*models, *measured_specs(platform.home, manifest)],
        check_specs=tests,
        can_subset=True,
        allow_arbitrary_check_specs=True,
    )
    def warehouse_tables(context: dg.AssetExecutionContext) -> CheckResults:
        """Build the warehouse from the lake: dbt's models in slices, and between them what Python measures."""
        with platform.home.exclusive(), step("build warehouse", platform.listener) as going:
            if context.is_subset:
                names = sorted(key.path[-1] for key in context.selected_asset_keys)
                build = build_models(platform.home, manifest, names, going)
            else:
                build = build_warehouse(platform.home, manifest, going)
            if build.is_new:
                write_test_results(platform.home, manifest, build)
            going.say(_summary(build))
        yield from report_build(context, build)

    return warehouse_tables


def _specs(home: Home, manifest: Mapping[str, Any]) -> tuple[Sequence[dg.AssetSpec], Sequence[dg.AssetCheckSpec]]:
    with warnings.catch_warnings():
        # Code references are a beta of Dagster 1.13; to be removed when they are not.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return build_dbt_specs(
            manifest=manifest,
            project=dbt_project_of(home),
            translator=SightlineTranslator(home),
            select="fqn:*",
            exclude="",
            selector="",
            io_manager_key=None,
        )


def _summary(build: Build) -> str:
    if not build.is_new:
        return f"{len(build.row_counts)} tables, nothing changed"
    tests = sum(outcome.is_test for outcome in build.outcomes)
    counted = f"{len(build.row_counts)} tables, {tests} tests"
    if build.broken_models:
        # What tests say of tables that are not there is no news.
        return f"{counted}, {len(build.broken_models)} NOT BUILT"
    return f"{counted}, FAILED: {name_some(build.failed_tests)}" if build.failed_tests else counted
