"""The results of Great Expectations as assets: one table per layer, judged only when there is something new to judge.

What is expected stands in expectations/. The results become asset checks in expectation_checks.py.
"""

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from expectations.suite import Layer
from expectations.suites import suites_of
from orchestration.defs.catalogue import OWNERS, RAW_PAGE, page_metadata
from orchestration.defs.dbt.project import models_fingerprint
from orchestration.defs.fingerprint import (
    fingerprint_of_files,
    fingerprint_of_values,
    forget_record,
    read_record,
    write_record,
)
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.progress import step

EXPECTATIONS_FOLDER = Path(__file__).resolve().parents[3] / "expectations"

# Data that does not change gets old: freshness is judged again after half a day.
SECONDS_A_JUDGEMENT_HOLDS = 12 * 3600


def result_key(layer: Layer) -> dg.AssetKey:
    """Return the asset that holds the results of a layer."""
    return dg.AssetKey(["quality", f"{layer}_expectation_results"])


def result_file(home: Home, layer: Layer) -> Path:
    """Return where the site finds the results of a layer."""
    return home.quality / f"expectation_results_{layer}.parquet"


def judged_keys(layer: Layer) -> Sequence[dg.AssetKey]:
    """Return the assets a layer's suites look at."""
    return [dg.AssetKey([suite.schema, suite.table]) for suite in suites_of(layer)]


def build_result_asset(platform: Platform, layer: Layer) -> dg.AssetsDefinition:
    """Return the asset of a layer's results."""

    @dg.asset(
        key=result_key(layer),
        deps=judged_keys(layer),
        group_name="quality",
        owners=OWNERS,
        kinds={"python", "greatexpectations", "parquet"},
        description=f"Results of the expectations on the {layer} tables. One row per check. "
        "Made by Great Expectations; read by the data health page and by the asset checks.",
        metadata=page_metadata(platform.home, RAW_PAGE),
    )
    def expectation_results(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with platform.home.exclusive(), step(f"check {layer}", platform.listener) as going:
            going.say(_judge(platform.home, layer))
        path = result_file(platform.home, layer)
        return dg.MaterializeResult(metadata={"bytes": path.stat().st_size, "path": dg.MetadataValue.path(path)})

    return expectation_results


def last_judgement(home: Home, layer: Layer) -> str | None:
    """Return the summary of the last judgement if a new one would be the same, and the last is recent."""
    record = read_record(_record_path(home, layer))
    is_recent = time.time() - record.get("judged_at", 0) < SECONDS_A_JUDGEMENT_HOLDS
    is_same = record.get("fingerprint") == _fingerprint(home)
    return str(record["summary"]) if is_recent and is_same and result_file(home, layer).is_file() else None


def _judge(home: Home, layer: Layer) -> str:
    if last := last_judgement(home, layer):
        return f"{last}, nothing changed"
    forget_record(_record_path(home, layer))
    summary = _validate(home, layer)
    record = {"fingerprint": _fingerprint(home), "judged_at": time.time(), "summary": summary}
    write_record(_record_path(home, layer), record)
    return summary


def _record_path(home: Home, layer: Layer) -> Path:
    return home.records / f"quality_{layer}.json"


def _fingerprint(home: Home) -> str:
    return fingerprint_of_values(
        fingerprint_of_files([home.raw], "*.parquet"),
        models_fingerprint(),
        fingerprint_of_files([EXPECTATIONS_FOLDER], "*.py"),
    )


def _validate(home: Home, layer: Layer) -> str:
    from expectations.result import write_results
    from expectations.validate import validate

    results = validate(home.warehouse, home.lake, layer)
    write_results(results, result_file(home, layer))
    failed = Counter(result.subject for result in results if not result.is_success)
    judged = sum(result.is_judged for result in results)
    rest = f"; {len(results) - judged} more had nothing to judge" if judged < len(results) else ""
    return f"{judged} checks; failed: {failed['data']} of the data, {failed['application']} of the application{rest}"
