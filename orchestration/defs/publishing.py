"""The public tables as a file of their own, which everything that is not the build reads: it never waits for a run.

Copied from the warehouse after a build in which no model failed, written aside and renamed: a reader sees the tables of
one build, whole, however long it reads. Which tables: the schemas marts and reports, and models whose `meta` says
`is_published`, because a command needs more than the public ones say.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.defs.catalogue import OVERVIEW, OWNERS, page_metadata
from orchestration.defs.dbt.warehouse import built_fingerprint
from orchestration.defs.fingerprint import forget_record, read_record, write_record
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Step, step
from orchestration.warehouse import copy_tables, is_damaged

PUBLISHED_KEY = dg.AssetKey(["published", "tables"])
PUBLIC_SCHEMAS = frozenset({"marts", "reports"})


def build_published_asset(platform: Platform, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Return the asset of the published tables."""

    @dg.asset(
        key=PUBLISHED_KEY,
        deps=[dg.AssetKey(list(place)) for place in published_tables(manifest)],
        group_name="published",
        owners=OWNERS,
        kinds={"python", "duckdb"},
        description="The marts and reports in a file of their own, which readers open while the next build runs. "
        "Copied from the warehouse when a build is done; read by the site, the exports and the commands.",
        metadata=page_metadata(platform.home, OVERVIEW),
    )
    def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with platform.home.exclusive(), step("publish tables", platform.listener) as going:
            publish_tables(platform.home, manifest, going)
        record = read_record(_record_path(platform.home))
        return dg.MaterializeResult(
            metadata={
                "tables": len(record["row_counts"]),
                "rows": sum(record["row_counts"].values()),
                "bytes": platform.home.published.stat().st_size,
                "path": dg.MetadataValue.path(platform.home.published),
            }
        )

    return published


def published_tables(manifest: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return schema and name of every table that is published."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    return sorted(
        (node["schema"], node.get("alias") or node["name"])
        for node in models
        if node["schema"] in PUBLIC_SCHEMAS or node["config"]["meta"].get("is_published")
    )


def is_published(home: Home) -> bool:
    """Tell whether the published tables are those of the last complete build."""
    fingerprint = built_fingerprint(home)
    is_same = read_record(_record_path(home)).get("fingerprint") == fingerprint
    return fingerprint is not None and is_same and home.published.is_file() and not is_damaged(home.published)


def publish_tables(home: Home, manifest: Mapping[str, Any], going: Step) -> None:
    """Copy the tables of a build, complete or of part of the models, unless they are published already."""
    if is_published(home):
        going.say(f"{len(read_record(_record_path(home))['row_counts'])} tables, nothing changed")
        return
    forget_record(_record_path(home))
    counts = copy_tables(home.warehouse, home.published, published_tables(manifest))
    write_record(_record_path(home), {"fingerprint": built_fingerprint(home), "row_counts": counts})
    going.say(f"{len(counts)} tables, {sum(counts.values()):,} rows")


def _record_path(home: Home) -> Path:
    return home.records / "published.json"
