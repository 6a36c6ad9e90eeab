"""The overview: what to look at today, the window's key numbers, four figures."""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.coverage import coverage_figure
from docs_site.figures.overview import conformance_figure, sessions_figure, share_figure
from docs_site.figures.sparkline import sparkline
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.pages.coverage import COVERAGE_ROWS, load_quadrants
from docs_site.parts.findings import load_findings
from docs_site.queries.changes import changes_since, load_build_change, take_snapshot
from docs_site.queries.durations import load_handler_times
from docs_site.queries.given import load_given
from docs_site.queries.health import (
    Health,
    failures_of,
    is_judged,
    load_alarming_checks,
    load_checks,
    load_health,
)
from docs_site.queries.history import load_snapshots
from docs_site.queries.time_split import load_time_split
from docs_site.queries.trends import Trends, load_trends
from docs_site.queries.window import load_window
from orchestration.warehouse import load_rows

_CONFORMANCE = """
select sequence_id, sequence_name, flow_count, conformant_flow_count, conformance_pct, warning_count, critical_count
from reports.rpt_sequence_conformance where flow_count > 0
order by conformance_pct, flow_count desc, sequence_name
"""
_FLOWS = """
select count(*) as flow_count, count(*) filter (where is_conformant) as conformant_count,
       (select count(*) from marts.dim_sequences) as declared_count,
       count(*) filter (where status = 'completed') as completed_count,
       count(*) filter (where status = 'failed') as failed_count
from marts.fct_flows
"""
_ERRORS = """
select count(*) filter (where handler_name is not null) as handler_error_count,
       count(*) filter (where handler_name is null) as other_error_count,
       count(distinct session_id) filter (where handler_name is not null) as session_count
from marts.fct_errors where severity = 'error' and not coalesce(is_consequence, false)
"""
_SESSIONS = """
select session_id, session_name, started_at, flow_count, error_count, deviation_count, flow_failed_count
from marts.dim_sessions order by started_at nulls first, session_name
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions, *, quality: Path) -> Iterator[Page]:
    """Build the overview."""
    window = load_window(warehouse)
    conformance = load_rows(warehouse, _CONFORMANCE)
    times = load_handler_times(warehouse)
    sessions = load_rows(warehouse, _SESSIONS)
    figures = [
        figure
        for figure in (
            share_figure(times, links.INDEX),
            conformance_figure(conformance, links.INDEX),
            coverage_figure(load_rows(warehouse, COVERAGE_ROWS), links.INDEX),
            sessions_figure(sessions, links.INDEX),
        )
        if figure is not None
    ]
    findings, health = load_findings(warehouse, lake, quality), load_health(lake, quality)
    checks = [name for row in load_alarming_checks(quality) for name in failures_of(row)]
    now = take_snapshot(warehouse, "", [finding.headline for finding in findings], checks)
    body = render(
        "index.md.jinja",
        links.INDEX,
        window=window,
        health=health,
        checks=_check_counts(health, quality),
        findings=findings,
        flows=load_rows(warehouse, _FLOWS)[0],
        errors=load_rows(warehouse, _ERRORS)[0],
        quadrants=load_quadrants(warehouse),
        split=load_time_split(warehouse),
        given=load_given(warehouse),
        figures=figures,
        changes=changes_since(load_snapshots(options.history), now) if options.history else None,
        build_change=load_build_change(warehouse),
        spark=_sparklines(load_trends(warehouse), window.session_count),
        links=links,
    )
    yield Page(links.INDEX, "What should I look at today?", body, FIGURE_ASSETS)


def _check_counts(health: Health, quality: Path) -> dict[str, int]:
    application = load_checks(quality, "application")
    return {
        "made": len(health.expectations) + len(application),
        "unjudged": sum(not is_judged(row) for row in [*health.expectations, *application]),
        "failed_data": len(health.failed_expectations),
        "failed_application": sum(not row["is_success"] for row in application),
    }


def _sparklines(trends: Trends, session_count: int) -> dict[str, Markup]:
    words = f"over {session_count} sessions, oldest left"
    return {
        "conformance": sparkline(trends.conformance_pct, f"Share of flows as declared {words}"),
        "handlers": sparkline(trends.handler_count, f"Handlers seen so far {words}"),
        "errors": sparkline(trends.error_count, f"Errors of handlers per session {words}"),
        "time": sparkline(trends.handler_s, f"Seconds in handlers per session {words}"),
    }
