"""What a build means to Dagster: a materialisation per model, a check result per test, a failure in words.

Works from the outcomes alone, so that a build that was skipped is reported like the one it would have repeated.
"""

from collections.abc import Iterable, Iterator, Mapping

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from orchestration.defs.catalogue import last_row_count, row_metadata
from orchestration.defs.dbt.runner import NodeOutcome
from orchestration.defs.dbt.warehouse import Build, is_good

CheckResults = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def report_build(context: dg.AssetExecutionContext, build: Build) -> CheckResults:
    """Yield what the selected assets and checks became, then fail if a model could not be built."""
    outcomes = {outcome.unique_id: outcome for outcome in build.outcomes}
    for unique_id, key in _keys_by_id(context.assets_def.specs).items():
        outcome = outcomes.get(unique_id)
        if key in context.selected_asset_keys and outcome is not None and is_good(outcome):
            yield _materialize(context, key, outcome, build)
    for spec in context.assets_def.check_specs:
        outcome = outcomes.get(str((spec.metadata or {}).get(DAGSTER_DBT_UNIQUE_ID_METADATA_KEY)))
        if spec.key in context.selected_asset_check_keys and outcome is not None:
            yield check_result(spec.key, outcome)
    if failed := [outcome for outcome in build.outcomes if outcome.status in {"error", "runtime error", "fail"}]:
        raise dg.Failure(describe_failures(failed), allow_retries=False)


def check_result(key: dg.AssetCheckKey, outcome: NodeOutcome) -> dg.AssetCheckResult:
    """Return the result of a dbt test as an asset check."""
    is_warning = outcome.status == "warn"
    return dg.AssetCheckResult(
        passed=outcome.status == "pass",
        asset_key=key.asset_key,
        check_name=key.name,
        severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
        description=outcome.message or None,
        metadata={
            "expected": "no failing row",
            "found": f"{outcome.failure_count or 0} failing rows",
            "seconds": outcome.seconds,
        },
    )


def describe_failures(failed: Iterable[NodeOutcome]) -> str:
    """Say which models and tests failed, one line each."""
    return "the warehouse could not be built: " + "; ".join(
        f"{outcome.unique_id.split('.')[2]}: {' '.join(outcome.message.split())}" for outcome in failed
    )


def _materialize(
    context: dg.AssetExecutionContext, key: dg.AssetKey, outcome: NodeOutcome, build: Build
) -> dg.MaterializeResult[None]:
    row_count = build.row_counts.get(outcome.unique_id)
    counted = {} if row_count is None else row_metadata(row_count, last_row_count(context, key))
    return dg.MaterializeResult(
        asset_key=key, metadata={**counted, "seconds": outcome.seconds, "is_rebuilt": build.is_new}
    )


def _keys_by_id(specs: Iterable[dg.AssetSpec]) -> Mapping[str, dg.AssetKey]:
    return {str(spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]): spec.key for spec in specs}
