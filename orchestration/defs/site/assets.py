"""The published site as an asset: built when something it shows, or the way it shows it, has changed.

What the pages are belongs to docs_site; here the site gets its place, its inputs and its link.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg

from docs_site.engine.site_options import SiteOptions, SiteProgress
from orchestration.analysis.baselines.saved_baselines import saved_place_of
from orchestration.defs.catalogue import OWNERS
from orchestration.defs.dbt.project import models_fingerprint
from orchestration.defs.dbt.runner import PROJECT_FOLDER
from orchestration.defs.fingerprint import (
    fingerprint_of_files,
    fingerprint_of_values,
    forget_record,
    read_record,
    write_record,
)
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Step, step
from orchestration.defs.proving.accuracy_basis import accuracy_basis
from orchestration.defs.site.alerting import alerts_known, raise_alerts
from orchestration.defs.site.test_texts import load_test_texts
from orchestration.settings import Settings

SITE_ROOM = Path(__file__).resolve().parents[3] / "docs_site"
# What pages call beside the site's own room: the text of generated tests, and what is read of one flow.
CALLED_ROOMS = [Path(__file__).resolve().parents[2] / name for name in ("exports", "flows")]


def build_site_asset(platform: Platform, upstream: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset of the published site; `upstream` is everything it shows."""

    @dg.asset(
        key=["site", "pages"],
        deps=upstream,
        group_name="site",
        owners=OWNERS,
        kinds={"python", "plotly", "mkdocs"},
        description="The published site: a page per question, sequence, handler and session. "
        "From the marts, the reports and the results of all checks; read by people.",
        metadata={"site_page": dg.MetadataValue.url((platform.home.site / "index.html").as_uri())},
    )
    def published_site(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with platform.home.exclusive(), step("publish site", platform.listener) as going:
            going.say(publish_if_changed(platform, going))
        files = [path for path in platform.home.site.rglob("*") if path.is_file()]
        return dg.MaterializeResult(
            metadata={
                "pages": sum(path.suffix == ".html" for path in files),
                "bytes": sum(path.stat().st_size for path in files),
                "path": dg.MetadataValue.path(platform.home.site),
            }
        )

    return published_site


def site_options(settings: Settings) -> SiteOptions:
    """Return what the site is told, made from the settings."""
    return SiteOptions(
        project_name=settings.site.title or settings.project.name,
        code_url=settings.project.code_url_pattern,
        dbt_models=PROJECT_FOLDER / "models",
        history=Home(settings.home).history,
        session_limit=settings.site.session_limit,
        baseline=saved_place_of(settings.home, against) if (against := settings.baselines.against) else None,
        judged_by=accuracy_basis([Path(folder) for folder in settings.ingest.dialect_folders]),
    )


def last_page_count(platform: Platform) -> int | None:
    """Return the pages of the published site if a new one would be the same."""
    record = read_record(_record_path(platform.home))
    is_same = record.get("fingerprint") == _fingerprint(platform)
    return int(record["page_count"]) if is_same and (platform.home.site / "index.html").is_file() else None


def publish_if_changed(platform: Platform, going: Step) -> str:
    """Publish the site unless it would be the same; say what was done."""
    if last := last_page_count(platform):
        return f"{last} pages, nothing changed"
    home = platform.home
    forget_record(_record_path(home))
    known = alerts_known(home.history)
    page_count = _build(platform, going)
    alerts = raise_alerts(platform, known)
    write_record(_record_path(home), {"fingerprint": _fingerprint(platform), "page_count": page_count})
    return f"{page_count} pages, {alerts}" if alerts else f"{page_count} pages"


def _record_path(home: Home) -> Path:
    return home.records / "site.json"


def _build(platform: Platform, going: Step) -> int:
    from docs_site.publish import publish_site

    def hear(progress: SiteProgress) -> None:
        going.say(f"{progress.done} of {progress.total}, {progress.step}")

    home = platform.home
    options = replace(site_options(platform.settings), tests=load_test_texts(home, platform.settings))
    return publish_site(home.published, home.lake, home.quality, home.site, options, hear).page_count


def _fingerprint(platform: Platform) -> str:
    home, settings = platform.home, platform.settings
    options = site_options(settings)
    return fingerprint_of_values(
        fingerprint_of_files([home.raw, home.quality], "*.parquet"),
        fingerprint_of_files([home.quality], home.accuracy.name),
        fingerprint_of_files([SITE_ROOM, *CALLED_ROOMS]),
        models_fingerprint(),
        options,
        options.baseline and options.baseline.read_bytes(),
        settings.tests,
        settings.inputs.code,
    )
