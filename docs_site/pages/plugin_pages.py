"""A page per plugin: its sequences, handlers and topics, its share of the time, errors, tests, owners and drift."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Column,
    bar_cell,
    code_cell,
    count_cell,
    link_cell,
    pct_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.pages.drift import drift_table
from docs_site.pages.performance_tables import interval_cell
from docs_site.pages.topic_routes import topic_cell
from docs_site.parts.code_places import place_cell
from docs_site.parts.error_tables import group_table
from docs_site.queries.drift import load_drift
from docs_site.queries.plugin_facts import load_plugin_facts
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, by_key

_PERCENTILE_HINT = "With its 95% interval; not given below 20"


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the pages of all plugins that declare something, were mounted, subscribed or ran."""
    window = load_window(warehouse)
    facts = load_plugin_facts(warehouse, lake)
    drift = by_key([row for row in load_drift(warehouse) if row["plugin_name"]], "plugin_name")
    kinds = ("sequences", "handlers", "words", "mounts", "subscribers")
    for name in sorted({name for kind in kinds for name in facts[kind]}):
        page = links.plugin_url(name)
        sequences, handlers = facts["sequences"].get(name, []), facts["handlers"].get(name, [])
        body = render(
            "plugin.md.jinja",
            page,
            window=window,
            name=name,
            words=next(iter(facts["words"].get(name, [])), None),
            packages=sorted({row["package_name"] for row in sequences if row["package_name"]}),
            total=_totals(sequences, handlers),
            sequences=_sequence_table(sequences, page),
            handlers=_handler_table(handlers, page, options),
            subscriber=next(iter(facts["subscribers"].get(name, [])), None),
            mount=next(iter(facts["mounts"].get(name, [])), None),
            topics=_topic_table(facts["topics"].get(name, []), page),
            errors=group_table(
                facts["errors"].get(name, []),
                page,
                options,
                caption="Errors of this plugin",
                empty=f"No error of this plugin in {plural(window.session_count, 'session')}.",
            ),
            tests=_test_table(facts["tests"].get(name, [])),
            drift=drift_table(drift.get(name, []), page, options, "Nothing it declares disagrees.", "Drift"),
            links=links,
        )
        yield Page(page, f"Plugin {name}", body)


def _totals(sequences: Sequence[Row], handlers: Sequence[Row]) -> Row:
    seen = [row["last_seen_at"] for row in (*sequences, *handlers) if row["last_seen_at"]]
    changed = [row["last_changed_at"] for row in handlers if row["last_changed_at"]]
    flows = sum(row["flow_count"] for row in sequences)
    conforming = sum(row["flow_count"] * (row["conformance_pct"] or 0) / 100 for row in sequences)
    return {
        "flow_count": flows,
        "conforming_count": round(conforming),
        "execution_count": sum(row["execution_count"] for row in handlers),
        "error_count": sum(row["error_count"] for row in handlers),
        "total_ms": sum(row["total_ms"] or 0 for row in handlers),
        "share_pct": sum(row["share_pct"] or 0 for row in handlers),
        "used_count": sum(bool(row["is_used"]) for row in handlers),
        "tested_count": sum(bool(row["is_tested"]) for row in handlers),
        "handler_count": len(handlers),
        "sequence_count": len(sequences),
        "owners": sorted({row["owners"] for row in handlers if row["owners"]}),
        "last_seen_at": max(seen, default=None),
        "last_changed_at": _latest(changed),
    }


def _latest(moments: Sequence[datetime]) -> datetime | None:
    return max(moments, default=None)


def _sequence_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Sequence"),
        Column("Beats", is_number=True),
        Column("Flows", is_number=True),
        Column("Sessions", is_number=True),
        Column("As declared", "%", True),
        Column("Deviations", is_number=True),
        Column("p50", "ms", True, _PERCENTILE_HINT),
        Column("p95", "ms", True, _PERCENTILE_HINT),
        Column("Last seen", "UTC"),
    )
    cells = [
        [
            link_cell(row["sequence_name"], links.relative_link(page, links.sequence_url(row["sequence_id"]))),
            count_cell(row["beat_count"]),
            count_cell(row["flow_count"]),
            count_cell(row["session_count"]),
            pct_cell(row["conformance_pct"] if row["flow_count"] else None),
            count_cell(row["alarm_count"]),
            interval_cell(row["p50_ms"], row["p50_low_ms"], row["p50_high_ms"]),
            interval_cell(row["p95_ms"], row["p95_low_ms"], row["p95_high_ms"]),
            time_cell(row["last_seen_at"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Sequences", empty="This plugin declares no sequence.")


def _handler_table(rows: Sequence[Row], page: str, options: SiteOptions) -> Markup:
    columns = (
        Column("Handler"),
        Column("Executions", is_number=True),
        Column("Sessions", is_number=True),
        Column("Handler time", "%", True, "Of the time of all handlers"),
        Column("p50", "ms", True, _PERCENTILE_HINT),
        Column("p95", "ms", True, _PERCENTILE_HINT),
        Column("Errors", is_number=True),
        Column("Test files", is_number=True),
        Column("Lines covered", "%", True),
        Column("Owners"),
        Column("Last seen", "UTC"),
        Column("Code"),
    )
    most = max((row["share_pct"] or 0 for row in rows), default=0)
    cells = [
        [
            link_cell(row["handler_name"], links.relative_link(page, links.handler_url(row["handler_id"]))),
            count_cell(row["execution_count"]),
            count_cell(row["session_count"]),
            bar_cell(row["share_pct"], most),
            interval_cell(row["p50_ms"], row["p50_low_ms"], row["p50_high_ms"]),
            interval_cell(row["p95_ms"], row["p95_low_ms"], row["p95_high_ms"]),
            count_cell(row["error_count"]),
            count_cell(row["test_file_count"]),
            pct_cell(row["line_coverage_pct"]),
            text_cell(row["owners"]),
            time_cell(row["last_seen_at"]),
            place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Handlers", empty="This plugin has no handler.")


def _topic_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Topic"),
        Column("Beats declared", is_number=True),
        Column("Beat executions", is_number=True),
        Column("Published", is_number=True),
        Column("Sessions", is_number=True),
        Column("Last seen", "UTC"),
    )
    cells = [
        [
            topic_cell(row["topic"], row["topic_id"], page),
            count_cell(row["beat_count"]),
            count_cell(row["beat_execution_count"]),
            count_cell(row["published_count"]),
            count_cell(row["session_count"]),
            time_cell(row["last_seen_at"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Topics", empty="No beat of this plugin declares a topic.")


def _test_table(rows: Sequence[Row]) -> Markup:
    columns = (
        Column("Test file"),
        Column("Evidence"),
        Column("Handlers", is_number=True),
        Column("Tests in file", is_number=True),
    )
    cells = [
        [
            code_cell(row["test_file_path"]),
            text_cell(row["evidence"]),
            count_cell(row["handler_count"]),
            count_cell(row["test_count"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Tests", empty="No test file imports or names a handler of it.")
