"""What a build means to Dagster: a materialisation per model, a check result per test, a failure in words.

Works from the outcomes alone, so that a build that was skipped is reported like the one it would have repeated.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from orchestration.defs.catalogue import last_row_count, row_metadata
from orchestration.defs.dbt.runner import NodeOutcome
from orchestration.defs.dbt.warehouse import Build
from orchestration.domain.amounts import named

FAILURES_SAID = 2
FAILURES_NAMED = 3
FAILURE_LENGTH = 240

CheckResults = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def report_build(context: dg.AssetExecutionContext, build: Build) -> CheckResults:
    """Yield what the selected assets and checks became, then fail if a model could not be built.

    A failed test does not fail the run: a page that says which number is in doubt is worth more than no page.
    """
    keys = _keys_by_id(context.assets_def.specs)
    # In the order dbt finished them: Dagster wants a table after those it is made from.
    for outcome in build.outcomes:
        key = keys.get(outcome.unique_id)
        if key is not None and key in context.selected_asset_keys and not outcome.is_failed:
            yield _materialize(context, key, outcome, build)
    by_id = {outcome.unique_id: outcome for outcome in build.outcomes}
    for spec in context.assets_def.check_specs:
        found = by_id.get(str((spec.metadata or {}).get(DAGSTER_DBT_UNIQUE_ID_METADATA_KEY)))
        if spec.key in context.selected_asset_check_keys and found is not None:
            yield check_result(spec.key, found)
    if build.broken_models:
        raise dg.Failure(describe_failures(build.broken_models), allow_retries=False)


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
    """Say which models failed; dbt's own words are long, so the first of them and the log have to do."""
    # What was left out because another one failed says nothing of the cause.
    causes_first = sorted(failed, key=lambda outcome: outcome.status == "skipped")
    said = [f"{outcome.name}: {_shorten(outcome.message)}" for outcome in causes_first]
    return f"the warehouse could not be built: {named(said, FAILURES_SAID, '; ')} (all of it is in dbt/dbt.log)"


def name_some(outcomes: Sequence[NodeOutcome]) -> str:
    """Return the first names, and how many more there are."""
    return named([outcome.name for outcome in outcomes], FAILURES_NAMED)


def _shorten(message: str) -> str:
    words = " ".join(message.split())
    return words if len(words) <= FAILURE_LENGTH else words[:FAILURE_LENGTH] + "..."


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
