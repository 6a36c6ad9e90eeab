"""The list of sessions, and a page per session: its flows, deviations and errors, each with its lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.memory import NOTHING_REMEMBERED, Memory
from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.paged_table import PAGED_ASSETS, LongTables
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    TableRenderer,
    badge_cell,
    count_cell,
    link_cell,
    number_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.pages.session_start import START_PARTS, mount_table, package_table, start_words
from docs_site.pages.timeline_sessions import sessions_with_pages
from docs_site.parts.anomaly_tables import anomaly_table
from docs_site.parts.insight_tables import cause_table
from docs_site.parts.state_tables import changes_table
from docs_site.parts.words import deviation_words, tone
from docs_site.queries.anomalies import ANOMALIES, load_anomalies
from docs_site.queries.insights import SESSION_CAUSES, load_session_causes
from docs_site.queries.session_inputs import load_fingerprints
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, by_key, load_rows, open_tables

# Only what the pages show: how loaded a machine was, for one, is measured against all sessions and moves with each.
_SESSIONS = """
select session_id, session_name, log_file_path, started_at, duration_ms, dialect, build, line_count,
       rejected_line_count, flow_count, flow_failed_count, beat_execution_count, deviation_count, error_count
from marts.dim_sessions order by started_at desc nulls last, session_name
"""
# By what a session's page calls them: the rows, and their order on the page.
_PARTS = {
    "flows": (
        """
select session_id, flow_id, flow_number, sequence_id, sequence_name, status, is_conformant, started_at, duration_ms,
       queue_wait_ms, beat_execution_count, deviation_count, request_id, line_number
from marts.fct_flows
""",
        "session_id, flow_number, flow_id",
    ),
    "deviations": (
        """
select session_id, flow_id, deviation_class, severity, sequence_name, beat_number, topic, handler_name, expected,
       observed, line_number, deviation_id
from marts.fct_flow_deviations where severity <> 'info' and not coalesce(is_accepted, false)
""",
        "session_id, line_number, deviation_id",
    ),
    "errors": (
        """
select session_id, flow_id, severity, error_class, message, handler_name, sequence_name, line_number, error_id
from marts.fct_errors where not coalesce(is_consequence, false)
""",
        "session_id, line_number, error_id",
    ),
    "changes": ("select * from marts.fct_state_mutations", "session_id, line_number, key_position, mutation_id"),
    **START_PARTS,
}

_OF_SESSIONS = "select * from ({rows}) as part where session_id in (select unnest(?)) order by {order}"


def build_pages(
    warehouse: Path, lake: Path, options: SiteOptions, memory: Memory = NOTHING_REMEMBERED
) -> Iterator[Page]:
    """Build the list and the pages of all sessions."""
    sessions = load_rows(warehouse, _SESSIONS)
    window = load_window(warehouse)
    body = render("sessions.md.jinja", links.SESSIONS, window=window, table=_session_table(sessions))
    yield Page(links.SESSIONS, "Sessions", body)
    with open_tables(warehouse) as connection:
        opened = sessions_with_pages(connection, options.session_limit)
    keys = _keys(warehouse, options, memory, opened)
    changed = []
    for session in sessions:
        if page := memory.recall_page(keys[session["session_id"]]):
            yield page
        else:
            changed.append(session)
    pages = _session_pages(warehouse, options, changed, opened)
    for session, page in zip(changed, pages, strict=True):
        yield memory.keep_page(keys[session["session_id"]], page)


def _keys(warehouse: Path, options: SiteOptions, memory: Memory, opened: frozenset[str]) -> dict[str, str]:
    queries = [_SESSIONS, ANOMALIES, SESSION_CAUSES, *(rows for rows, _ in _PARTS.values())]
    with open_tables(warehouse) as connection:
        found = load_fingerprints(connection, queries)
    return {
        session_id: memory.key("session", prints, options.code_url, session_id in opened)
        for session_id, prints in found.items()
    }


def _session_pages(
    warehouse: Path, options: SiteOptions, sessions: Sequence[Row], opened: frozenset[str]
) -> Iterator[Page]:
    if not sessions:
        return
    wanted = [session["session_id"] for session in sessions]
    parts = {
        name: by_key(load_rows(warehouse, _OF_SESSIONS.format(rows=rows, order=order), [wanted]), "session_id")
        for name, (rows, order) in _PARTS.items()
    }
    anomalies, causes = by_key(load_anomalies(warehouse), "session_id"), load_session_causes(warehouse)
    for session in sessions:
        identifier = session["session_id"]
        page = links.session_url(identifier)
        own = {name: rows[identifier] for name, rows in parts.items()}
        targets = (links.lines_url(identifier), links.timeline_url(identifier))
        unmade = () if identifier in opened else tuple(links.relative_link(page, target) for target in targets)
        tables = LongTables(page, f"sessions/data/{identifier}", unmade)
        body = render(
            "session.md.jinja",
            page,
            session=session,
            causes=cause_table(causes.get(identifier, []), page, options.code_url),
            start=start_words(own["start"]),
            mounts=mount_table(own["mounts"], page, tables.render),
            packages=package_table(own["packages"], page),
            flows=_flow_table(own["flows"], page, tables.render),
            deviations=_deviation_table(own["deviations"], page, tables.render),
            anomalies=anomaly_table(
                anomalies[identifier], page, options.code_url, "Anomalies", "Nothing unusual beside other sessions."
            ),
            errors=_error_table(own["errors"], page, tables.render),
            changes=changes_table(
                own["changes"], page, "This log says nothing about the state of its flows.", tables.render
            ),
            links=links,
        )
        assets = PAGED_ASSETS if tables.files else ()
        yield Page(page, session["session_name"], body, assets, tuple(tables.files))


def _session_table(sessions: Sequence[Row]) -> Markup:
    columns = (
        Column("Session"),
        Column("Started", "UTC"),
        Column("Length", "s", True),
        Column("Dialect"),
        Column("Build"),
        Column("Lines", is_number=True),
        Column("Rejected", is_number=True),
        Column("Flows", is_number=True),
        Column("Failed", is_number=True),
        Column("Beats", is_number=True),
        Column("Deviations", is_number=True),
        Column("Errors", is_number=True),
        Column("Timeline"),
    )
    rows = [_session_row(session, links.SESSIONS) for session in sessions]
    return render_table(columns, rows, caption="Sessions", empty="No session yet: no log was ingested.")


def _session_row(session: Row, page: str) -> list[Cell]:
    identifier = session["session_id"]
    length = None if session["duration_ms"] is None else session["duration_ms"] / 1000
    return [
        link_cell(session["session_name"], links.relative_link(page, links.session_url(identifier))),
        time_cell(session["started_at"]),
        number_cell(length),
        text_cell(session["dialect"]),
        text_cell(session["build"]),
        count_cell(session["line_count"], links.relative_link(page, links.lines_url(identifier))),
        count_cell(session["rejected_line_count"]),
        count_cell(session["flow_count"]),
        count_cell(session["flow_failed_count"]),
        count_cell(session["beat_execution_count"]),
        count_cell(session["deviation_count"]),
        count_cell(session["error_count"]),
        link_cell("open", links.relative_link(page, links.timeline_url(identifier))),
    ]


def _flow_table(flows: Sequence[Row], page: str, render: TableRenderer) -> Markup:
    columns = (
        Column("No.", is_number=True),
        Column("Sequence"),
        Column("Status"),
        Column("As declared"),
        Column("Started", "UTC"),
        Column("Queued for", "ms", True),
        Column("Duration", "ms", True),
        Column("Beats", is_number=True),
        Column("Deviations", is_number=True),
        Column("Request"),
        Column("Lines", is_number=True),
        Column("Timeline"),
    )
    cells = [
        [
            count_cell(flow["flow_number"]),
            link_cell(
                flow["sequence_name"],
                links.relative_link(page, links.sequence_url(flow["sequence_id"])) if flow["sequence_id"] else None,
            ),
            badge_cell(flow["status"].replace("_", " "), tone(flow["status"])),
            text_cell("yes" if flow["is_conformant"] else "no"),
            time_cell(flow["started_at"]),
            number_cell(flow["queue_wait_ms"]),
            number_cell(flow["duration_ms"]),
            count_cell(flow["beat_execution_count"]),
            count_cell(flow["deviation_count"]),
            text_cell(flow["request_id"]),
            _line(flow, page),
            link_cell("open", links.relative_link(page, links.timeline_url(flow["session_id"], flow["flow_id"]))),
        ]
        for flow in flows
    ]
    return render(columns, cells, caption="Flows", empty="No flow was seen in this session.")


def _deviation_table(deviations: Sequence[Row], page: str, render: TableRenderer) -> Markup:
    columns = (
        Column("Severity"),
        Column("What happened"),
        Column("Sequence"),
        Column("Beat", is_number=True),
        Column("Topic"),
        Column("Expected"),
        Column("Observed"),
        Column("Line", is_number=True),
    )
    cells = [
        [
            badge_cell(row["severity"], tone(row["severity"])),
            text_cell(deviation_words(row["deviation_class"])),
            text_cell(row["sequence_name"]),
            count_cell(row["beat_number"]),
            text_cell(row["topic"]),
            text_cell(row["expected"]),
            text_cell(row["observed"]),
            _line(row, page),
        ]
        for row in deviations
    ]
    return render(columns, cells, caption="Deviations", empty="No deviation worth a warning in this session.")


def _error_table(errors: Sequence[Row], page: str, render: TableRenderer) -> Markup:
    columns = (
        Column("Severity"),
        Column("Class"),
        Column("Message"),
        Column("Handler"),
        Column("Sequence"),
        Column("Line", is_number=True),
    )
    cells = [
        [
            badge_cell(row["severity"], tone(row["severity"])),
            text_cell(row["error_class"]),
            text_cell(row["message"]),
            text_cell(row["handler_name"]),
            text_cell(row["sequence_name"]),
            _line(row, page),
        ]
        for row in errors
    ]
    return render(columns, cells, caption="Errors", empty="No errors in this session.")


def _line(row: Row, page: str) -> Cell:
    if row["line_number"] is None:
        return count_cell(None)
    return count_cell(
        row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
    )
