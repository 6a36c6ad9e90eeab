"""What Dagster's catalogue says of every asset: owner, columns, counts, the page that shows it.

The descriptions themselves stand with the tables (orchestration/domain/tables.py), the dbt models and the assets.
"""

import warnings
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pyarrow.parquet as pq

from orchestration.defs.home import Home
from orchestration.domain.tables import Table
from orchestration.lake import table_folder

OWNERS = ["team:sightline"]

# The schedule is daily: an hour of grace warns, half a day of silence fails.
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=25))

# Where raw tables are met: files, rows, what was left out. Models and seeds name their page in their own `meta`.
RAW_PAGE = "data-health.html"
OVERVIEW = "index.html"


def with_catalogue(assets: Sequence[dg.AssetsDefinition]) -> Sequence[dg.AssetsDefinition]:
    """Add to every asset how fresh it should be, and where the code that makes it is."""
    fresh = [
        definition.map_asset_specs(lambda spec: dg.apply_freshness_policy(spec, FRESHNESS)) for definition in assets
    ]
    with warnings.catch_warnings():
        # Code references are a beta of Dagster 1.13; to be removed when they are not.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return cast(Sequence[dg.AssetsDefinition], dg.with_source_code_references(fresh))


def page_metadata(home: Home, page: str) -> dict[str, Any]:
    """Return the link from an asset to the page of the site on which its numbers are met first."""
    return {"site_page": dg.MetadataValue.url((home.site / page).as_uri())}


def column_schema(table: Table) -> dg.TableSchema:
    """Return the columns of a raw table as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.kind,
                column.description,
                constraints=dg.TableColumnConstraints(nullable=not column.is_required),
            )
            for column in table.columns
        ]
    )


def raw_table_spec(table: Table, home: Home, group: str, origin: str) -> dg.AssetSpec:
    """Return the asset of a raw table; `origin` says where its rows come from."""
    return dg.AssetSpec(
        ["raw", table.name],
        description=f"{table.description}\n\n{origin} Read by dbt's models and, for lines, by the site.",
        group_name=group,
        owners=OWNERS,
        kinds={"python", "parquet"},
        metadata={"dagster/column_schema": column_schema(table), **page_metadata(home, RAW_PAGE)},
    )


def count_lake_rows(lake: Path, table: Table) -> tuple[int, int]:
    """Return rows and bytes of a raw table, from the files' own footers."""
    files = [path for path in table_folder(lake, table).rglob("*.parquet") if not path.name.startswith(".")]
    return sum(pq.read_metadata(path).num_rows for path in files), sum(path.stat().st_size for path in files)


def materialize_raw_table(context: dg.AssetExecutionContext, home: Home, table: Table) -> dg.MaterializeResult[None]:
    """Report a raw table with its rows, bytes and what changed since the last time."""
    key = dg.AssetKey(["raw", table.name])
    row_count, byte_count = count_lake_rows(home.lake, table)
    return dg.MaterializeResult(
        asset_key=key,
        metadata={
            **row_metadata(row_count, last_row_count(context, key)),
            "bytes": dg.MetadataValue.int(byte_count),
        },
    )


def row_metadata(row_count: int, before: int | None) -> dict[str, Any]:
    """Return the row count as Dagster plots it, and its change since the last materialisation."""
    delta = {} if before is None else {"row_count_delta": dg.MetadataValue.int(row_count - before)}
    return {"dagster/row_count": dg.MetadataValue.int(row_count), **delta}


def last_row_count(context: dg.AssetExecutionContext, key: dg.AssetKey) -> int | None:
    """Return the row count of the last materialisation; None before the first."""
    event = context.instance.get_latest_materialization_event(key)
    materialization = event.asset_materialization if event else None
    metadata: Mapping[str, Any] = materialization.metadata if materialization else {}
    value = getattr(metadata.get("dagster/row_count"), "value", None)
    return value if isinstance(value, int) else None
