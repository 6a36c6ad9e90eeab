"""Publish the site: pages from the warehouse, MkDocs over them, and the swap.

The one place that knows all page kinds and the order of work. A new kind of page is a module in docs_site/pages with
`build_pages`, added to `_builders` here, and a line in the navigation of docs_site/mkdocs.yml. How pages become a site,
and how what did not change is kept, is docs_site/engine/assembly.py.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from docs_site.engine.assembly import assemble_site
from docs_site.engine.memory import Memory
from docs_site.engine.site_options import ProgressListener, SiteOptions, SiteProgress, SiteReport
from docs_site.engine.stage import StagedPage, stage_page
from docs_site.html.escape import page_title
from docs_site.html.page import KeptFile, Page
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
    generated_tests,
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
from docs_site.pages.check_section import CheckSections
from docs_site.parts.code_places import pinned_code_url
from docs_site.parts.findings import load_findings
from docs_site.queries.changes import take_snapshot
from docs_site.queries.health import failures_of, load_alarming_checks
from docs_site.queries.history import keep_snapshot
from orchestration.warehouse import keep_open

PageBuilder = Callable[[Path, Path, SiteOptions], Iterable[Page]]


def _builders(quality: Path, memory: Memory) -> tuple[tuple[str, PageBuilder], ...]:
    return (
        ("overview", partial(index.build_pages, quality=quality)),
        ("performance", performance.build_pages),
        ("flows", flows.build_pages),
        ("timeline", partial(timeline.build_pages, memory=memory)),
        ("log lines", partial(lines.build_pages, memory=memory)),
        ("coverage", coverage.build_pages),
        ("errors", errors.build_pages),
        ("anomalies", anomalies.build_pages),
        ("regressions", regressions.build_pages),
        ("dependencies", dependencies.build_pages),
        ("state", state.build_pages),
        ("insights", insights.build_pages),
        ("sessions", partial(sessions.build_pages, memory=memory)),
        ("sequences", sequences.build_pages),
        ("handlers", handlers.build_pages),
        ("topics and plugins", topics.build_pages),
        ("pages of topics", topic_pages.build_pages),
        ("pages of plugins", plugin_pages.build_pages),
        ("generated tests", generated_tests.build_pages),
        ("drift", drift.build_pages),
        ("changes of behaviour", behaviour.build_pages),
        ("data health", partial(data_health.build_pages, quality=quality)),
        ("data dictionary", partial(data_dictionary.build_pages, memory=memory)),
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

    What earlier publications made stands in `<site>/../.site-cache` and is used where its inputs are the same; without
    that folder everything is made anew, and comes out the same.
    """
    started = time.monotonic()
    options = replace(options, code_url=pinned_code_url(options.code_url, lake))
    memory = Memory(site.with_name(f".{site.name}-cache"))
    with keep_open(warehouse):
        pages, files = _stage_all(warehouse, lake, quality, options, memory, progress)
        findings = tuple(finding.headline for finding in load_findings(warehouse, lake, quality))
    count = len(_builders(quality, memory))
    assembled = assemble_site(
        pages, files, site, _site_name(options), memory, lambda: _tell(progress, "MkDocs", count, count + 1)
    )
    memory.save()
    if options.history:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        checks = [name for row in load_alarming_checks(quality) for name in failures_of(row)]
        keep_snapshot(options.history, take_snapshot(warehouse, now, findings, checks))
    published = [path for path in site.rglob("*") if path.is_file()]
    return SiteReport(
        site=site,
        page_count=sum(path.suffix == ".html" for path in published),
        byte_count=sum(path.stat().st_size for path in published),
        duration_s=time.monotonic() - started,
        is_rebuilt=assembled.is_rebuilt,
        built_count=assembled.built_count,
        findings=findings,
    )


def _stage_all(
    warehouse: Path,
    lake: Path,
    quality: Path,
    options: SiteOptions,
    memory: Memory,
    progress: ProgressListener | None,
) -> tuple[list[StagedPage], list[KeptFile]]:
    builders = _builders(quality, memory)
    sections = CheckSections(warehouse, quality)
    pages: list[StagedPage] = []
    files: list[KeptFile] = []
    for number, (step, build_pages) in enumerate(builders):
        _tell(progress, step, number, len(builders) + 1)
        for page in build_pages(warehouse, lake, options):
            pages.append(stage_page(sections.added_to(page)))
            # To the disk at once: the lines of two hundred sessions are hundreds of megabytes.
            files += [KeptFile(file.path, memory.digest(file)) for file in page.files]
    return pages, files


def _site_name(options: SiteOptions) -> str:
    return page_title(f"{options.project_name} \u00b7 Sightline" if options.project_name else "Sightline")


def _tell(progress: ProgressListener | None, step: str, done: int, total: int) -> None:
    if progress is not None:
        progress(SiteProgress(step, done, total))
