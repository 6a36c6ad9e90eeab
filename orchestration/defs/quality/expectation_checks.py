"""Great Expectations as asset checks: one per expectation, on the table it speaks of, with expected and found.

The judging is done in results.py; here its rows are told to Dagster.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from expectations.suite import DATA_PAGE, Layer
from expectations.suites import suites_of
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.quality.results import result_file, result_key

SEVERITIES = {"critical": dg.AssetCheckSeverity.ERROR}


def build_expectation_checks(platform: Platform, layer: Layer) -> dg.AssetChecksDefinition:
    """Return the asset checks of a layer."""

    @dg.multi_asset_check(name=f"{layer}_expectations", specs=list(_specs(layer)), can_subset=True)
    def expectation_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        rows = load_results(platform.home, layer)
        for key in context.selected_asset_check_keys:
            # A table that does not exist has one result of its own, in place of all its checks.
            table = key.asset_key.path[-1]
            row = rows.get((table, key.name)) or rows.get((table, "table_exists"))
            yield check_result(key, row or {"observed": "was not judged; run the whole job"}, platform.home.site)

    return expectation_checks


def load_results(home: Home, layer: Layer) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return the results of a layer by table and check; empty before the first judgement."""
    path = result_file(home, layer)
    rows = pq.read_table(path).to_pylist() if path.is_file() else []
    return {(row["table_name"], row["check_name"]): row for row in rows}


def check_result(key: dg.AssetCheckKey, row: Mapping[str, Any], site: Path) -> dg.AssetCheckResult:
    """Return one result in Dagster's words; only what is critical is an error there."""
    places = [dg.TableRecord({"example": example}) for example in row.get("examples") or ()]
    examples = {"examples": dg.MetadataValue.table(places)} if places else {}
    page = (site / str(row.get("page") or DATA_PAGE)).as_uri()
    return dg.AssetCheckResult(
        passed=bool(row.get("is_success")),
        asset_key=key.asset_key,
        check_name=key.name,
        severity=SEVERITIES.get(str(row.get("severity")), dg.AssetCheckSeverity.WARN),
        metadata={
            "expected": str(row.get("expected", "")),
            "found": str(row["observed"]),
            "severity": str(row.get("severity", "warning")),
            "subject": str(row.get("subject") or "data"),
            "unexpected_count": int(row.get("unexpected_count") or 0),
            "site_page": dg.MetadataValue.url(page if row.get("subject") != "application" else f"{page}#checks"),
            **examples,
        },
    )


def _specs(layer: Layer) -> Iterator[dg.AssetCheckSpec]:
    for suite in suites_of(layer):
        for check in suite.checks:
            yield dg.AssetCheckSpec(
                check.name,
                asset=dg.AssetKey([suite.schema, suite.table]),
                description=f"{check.description} {check.why}",
                additional_deps=[result_key(layer)],
            )
