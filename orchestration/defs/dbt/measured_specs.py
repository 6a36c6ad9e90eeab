"""How a measured table looks in Dagster: key, group, columns and what it is computed of.

Its description and columns stand with the dbt sources, as those of models do; what it reads is in measured/tables.py.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from orchestration.defs.catalogue import OWNERS, page_metadata
from orchestration.defs.dbt.slices import is_measured, slices_of
from orchestration.defs.home import Home
from orchestration.defs.measured.tables import MEASURED_TABLES

# What is measured between the first two slices leads things back to what they are of; what is measured later weighs.
_GROUPS = ("identify", "measure")


def measured_specs(home: Home, manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """Return the assets of the measured tables."""
    sources = {source["name"]: (key, source) for key, source in manifest["sources"].items() if is_measured(source)}
    schemas = {node["name"]: node["schema"] for node in manifest["nodes"].values()}
    groups = dict(_groups(manifest))
    specs = []
    for table in MEASURED_TABLES:
        unique_id, source = sources[table.name]
        specs.append(
            dg.AssetSpec(
                ["measured", table.name],
                deps=[dg.AssetKey([schemas.get(read, "measured"), read]) for read in table.reads],
                description=source["description"],
                group_name=groups[table.name],
                owners=OWNERS,
                kinds={"python", "parquet"},
                metadata={
                    DAGSTER_DBT_UNIQUE_ID_METADATA_KEY: unique_id,
                    "dagster/column_schema": _columns(source),
                    **page_metadata(home, table.name),
                },
            )
        )
    return specs


def _groups(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, _GROUPS[min(number, len(_GROUPS) - 1)])
        for number, part in enumerate(slices_of(manifest))
        for name in part.measured
    ]


def _columns(source: Mapping[str, Any]) -> dg.TableSchema:
    described = source["columns"].values()
    return dg.TableSchema(
        columns=[dg.TableColumn(column["name"], description=column["description"]) for column in described]
    )
