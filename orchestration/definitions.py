"""What Dagster loads: all assets, checks, the job, its schedule and its sensor, assembled from the settings.

No logic; each room of orchestration/defs builds its own. Nothing happens when this module is imported: Dagster calls
`defs` when it loads the code location, and the command line calls `build_defs` with its own settings.
"""

from typing import Any

import dagster as dg

from orchestration.defs.catalogue import with_catalogue
from orchestration.defs.code.assets import build_code_assets
from orchestration.defs.code.sensor import build_code_sensor
from orchestration.defs.dbt.assets import build_dbt_assets
from orchestration.defs.dbt.project import load_manifest
from orchestration.defs.home import Home
from orchestration.defs.job import build_job_defs
from orchestration.defs.logs.assets import build_log_assets
from orchestration.defs.logs.sensor import build_log_sensor
from orchestration.defs.platform import Platform
from orchestration.defs.project.assets import build_project_assets
from orchestration.defs.publishing import PUBLISHED_KEY, build_published_asset
from orchestration.defs.quality.expectation_checks import build_expectation_checks
from orchestration.defs.quality.line_counts import build_line_count_check
from orchestration.defs.quality.results import build_result_asset, result_key
from orchestration.defs.site.assets import build_site_asset
from orchestration.defs.site.failure_sensor import build_failure_sensor
from orchestration.settings import Settings, load_settings_or_example


def build_defs(settings: Settings, **overrides: Any) -> dg.Definitions:
    """Return all definitions for some settings; `overrides` replace fields of the platform, such as `listener`."""
    platform = Platform(settings=settings, **{"home": Home(settings.home, settings.shared_home), **overrides})
    manifest = load_manifest(platform.home)
    warehouse = build_dbt_assets(platform, manifest)
    results = [build_result_asset(platform, "raw"), build_result_asset(platform, "marts")]
    site = build_site_asset(platform, [PUBLISHED_KEY, *warehouse.keys, result_key("raw"), result_key("marts")])
    own = dg.Definitions(
        assets=with_catalogue(
            [
                build_log_assets(platform),
                build_code_assets(platform),
                build_project_assets(platform),
                warehouse,
                build_published_asset(platform, manifest),
                *results,
                site,
            ]
        ),
        asset_checks=[
            build_line_count_check(platform),
            build_expectation_checks(platform, "raw"),
            build_expectation_checks(platform, "marts"),
        ],
        sensors=[build_log_sensor(platform), build_code_sensor(platform), build_failure_sensor(platform)],
    )
    return dg.Definitions.merge(own, build_job_defs(settings.schedule))


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of the code location, from sightline.toml and the environment."""
    return build_defs(load_settings_or_example())
