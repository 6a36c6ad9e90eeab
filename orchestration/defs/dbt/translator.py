"""How a dbt node looks in Dagster: its key, group, owners, and the page of the site that shows it.

One small rule per method; everything not said here is dagster-dbt's own rule (key, description, kinds, columns).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.defs.catalogue import OVERVIEW, OWNERS, page_metadata
from orchestration.defs.home import Home


class SightlineTranslator(DagsterDbtTranslator):
    """Names dbt nodes the way all other assets are named."""

    def __init__(self, home: Home) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_code_references=True, enable_source_tests_as_checks=True))
        self._home = home

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return [schema, table]; the schema follows from the name, dagster-dbt asks for a configured one."""
        if dbt_resource_props["resource_type"] in ("model", "seed"):
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the layer the model is in: declared, observed, judged, reports; or seeds."""
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else str(dbt_resource_props["fqn"][1])

    def get_asset_check_spec(self, *args: Any, **kwargs: Any) -> dg.AssetCheckSpec | None:
        """Return the check of a test, which never blocks: what it finds is published with the numbers."""
        spec = super().get_asset_check_spec(*args, **kwargs)
        return spec and spec._replace(blocking=False)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Return the owners of all assets."""
        return OWNERS

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add the page of the site to what dagster-dbt knows (columns, table name)."""
        return {
            **super().get_metadata(dbt_resource_props),
            **page_metadata(self._home, dbt_resource_props["config"].get("meta", {}).get("page", OVERVIEW)),
        }
