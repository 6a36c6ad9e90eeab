"""Publish the site: pages from the warehouse, MkDocs over them, and the swap.

The one place that knows all page kinds and the order of work. A new kind of page is a module in docs_site/pages with
`build_pages`, added to `_builders` here, and a line in the navigation of docs_site/mkdocs.yml. A build that fails
leaves the site published before; a build that would give the same site again is skipped.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from docs_site import build, stage
from docs_site.code_places import pinned_code_url
from docs_site.escape import page_title
from docs_site.findings import load_findings
from docs_site.history import keep_snapshot
from docs_site.page import Page
from docs_site.pages import (
    anomalies,
    behaviour,
    coverage,
    data_dictionary,
    data_health,
    dependencies,
    drift,
    errors,
    flows,
    handlers,
    index,
    insights,
    lines,
    performance,
    plugin_pages,
    regressions,
    sequences,
    sessions,
    state,
    timeline,
    topic_pages,
    topics,
)
from docs_site.queries.changes import take_snapshot
from docs_site.search_index import clean_search_index
from docs_site.shared_files import write_shared_files
from docs_site.site_options import ProgressListener, SiteOptions, SiteProgress, SiteReport
from docs_site.warehouse import keep_open

PageBuilder = Callable[[Path, Path, SiteOptions], Iterable[Page]]

_STAMP = ".site-fingerprint"


def _builders(quality: Path) -> tuple[tuple[str, PageBuilder], ...]:
    return (
        ("overview", partial(index.build_pages, quality=quality)),
        ("performance", performance.build_pages),
        ("flows", flows.build_pages),
        ("timeline", timeline.build_pages),
        ("log lines", lines.build_pages),
        ("coverage", coverage.build_pages),
        ("errors", errors.build_pages),
        ("anomalies", anomalies.build_pages),
        ("regressions", regressions.build_pages),
        ("dependencies", dependencies.build_pages),
        ("state", state.build_pages),
        ("insights", insights.build_pages),
        ("sessions", sessions.build_pages),
        ("sequences", sequences.build_pages),
        ("handlers", handlers.build_pages),
        ("topics and plugins", topics.build_pages),
        ("pages of topics", topic_pages.build_pages),
        ("pages of plugins", plugin_pages.build_pages),
        ("drift", drift.build_pages),
        ("changes of behaviour", behaviour.build_pages),
        ("data health", partial(data_health.build_pages, quality=quality)),
        ("data dictionary", data_dictionary.build_pages),
    )


def publish_site(
    warehouse: Path,
    lake: Path,
    quality: Path,
    site: Path,
    options: SiteOptions,
    progress: ProgressListener | None = None,
) -> SiteReport:
    """Build the whole site from the warehouse, the lake and the quality results, and put it at `site`.

    Works in `<site>/../.site-build`, which is removed afterwards but kept when the build fails, to be looked at.
    """
    started = time.monotonic()
    options = replace(options, code_url=pinned_code_url(options.code_url, lake))
    work = site.with_name(f".{site.name}-build")
    shutil.rmtree(work, ignore_errors=True)
    docs = work / "docs"
    docs.mkdir(parents=True)
    with keep_open(warehouse):
        staged = list(_stage_all(warehouse, lake, quality, docs, options, progress))
        findings = tuple(finding.headline for finding in load_findings(warehouse, lake, quality))
    stage.stage_documents(build.ROOM / "docs", docs)
    write_shared_files(docs)
    fingerprint = _fingerprint(docs, staged, _site_name(options))
    is_rebuilt = not _is_published(site, fingerprint)
    if is_rebuilt:
        _tell(progress, "MkDocs", len(_builders(quality)), len(_builders(quality)) + 1)
        build.run_mkdocs(build.write_configuration(work, _site_name(options)))
        stage.finish_pages(staged, work / "html")
        clean_search_index(work / "html")
        (work / "html" / _STAMP).write_text(fingerprint, encoding="utf-8")
        build.swap(work / "html", site)
    shutil.rmtree(work, ignore_errors=True)
    if options.history:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        keep_snapshot(options.history, take_snapshot(warehouse, now, findings))
    files = [path for path in site.rglob("*") if path.is_file()]
    return SiteReport(
        site=site,
        page_count=sum(path.suffix == ".html" for path in files),
        byte_count=sum(path.stat().st_size for path in files),
        duration_s=time.monotonic() - started,
        is_rebuilt=is_rebuilt,
        findings=findings,
    )


def _stage_all(
    warehouse: Path, lake: Path, quality: Path, docs: Path, options: SiteOptions, progress: ProgressListener | None
) -> Iterator[stage.StagedPage]:
    builders = _builders(quality)
    for number, (step, build_pages) in enumerate(builders):
        _tell(progress, step, number, len(builders) + 1)
        for page in build_pages(warehouse, lake, options):
            yield stage.stage_page(page, docs)


def _site_name(options: SiteOptions) -> str:
    return page_title(f"{options.project_name} \u00b7 Sightline" if options.project_name else "Sightline")


def _tell(progress: ProgressListener | None, step: str, done: int, total: int) -> None:
    if progress is not None:
        progress(SiteProgress(step, done, total))


def _fingerprint(docs: Path, staged: list[stage.StagedPage], site_name: str) -> str:
    """Hash everything that goes into the site: what is staged, the islands, theme, name and configuration."""
    digest = hashlib.blake2b(site_name.encode(), digest_size=16)
    sources = (docs, build.ROOM / "theme")
    for root in sources:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            digest.update(path.relative_to(root).as_posix().encode("utf-8", "surrogatepass"))
            digest.update(hashlib.blake2b(path.read_bytes()).digest())
    digest.update((build.ROOM / "mkdocs.yml").read_bytes())
    for page in staged:
        digest.update("\x1f".join((page.path, *page.islands)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _is_published(site: Path, fingerprint: str) -> bool:
    stamp = site / _STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint
