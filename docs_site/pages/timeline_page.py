"""The HTML around a session's drawing, and the session picker: what is readable before any script has run.

The drawing itself is made by assets/timeline*.js inside the elements written here. Data belongs to timeline_payload.py.
"""

from docs_site.html.escape import html_attribute, html_text, markdown_inline
from docs_site.html.links import TIMELINE, lines_url, relative_link, session_url, timeline_url
from docs_site.html.number_format import format_duration, format_time, plural
from docs_site.html.tables import Cell, Column, count_cell, link_cell, number_cell, render_table, text_cell, time_cell
from docs_site.pages.timeline_sessions import ListedSession
from docs_site.pages.timeline_typical_file import typical_data_key, typical_path

_NO_CLOCK = (
    "This log has no time stamps. Flows are laid end to end in the order of the log, each as long as the log itself "
    "states; a beat without a stated duration is drawn 1 ms wide. Pauses between flows cannot be known.\n\n"
)
_APP = """<div class="sl-timeline" data-key="{key}" data-source="{source}" data-sequences="{sequences}"
data-typical-key="{typical_key}" data-typical="{typical}">
<p class="sl-tl-status" role="status">Drawing the session …</p>
<noscript><p>The drawing needs JavaScript; <a href="{session}">the session's page</a> has the same facts.</p></noscript>
</div>"""
_EXPORT = """<p class="sl-tl-export">As a file for Perfetto, speedscope or OpenTelemetry:
<code>sightline export trace --session {session}</code>
(<code>--flow</code> for one flow, <code>--format speedscope</code> or <code>otlp</code>).</p>"""
_COLUMNS = (
    Column("Session"),
    Column("Started", "UTC"),
    Column("Lasted", "s", True),
    Column("Flows", "", True),
    Column("Beats", "", True),
    Column("Failed", "", True, "Flows that failed"),
    Column("Deviations", "", True, "Deviations of severity warning or critical"),
    Column("Errors", "", True),
    Column("Lines", "", True),
    Column("Dialect"),
)


def island(html: str) -> str:
    """Mark finished HTML, so that Markdown never reads it (docs_site/engine/stage.py)."""
    return f"<!--html-->\n{html}\n<!--/html-->\n"


def session_body(session: ListedSession, finding: str, source: str, sequences: str) -> str:
    """Return the Markdown of a session's timeline page; `source` and `sequences` are the paths of data files."""
    page = timeline_url(session.session_id)
    app = _APP.format(
        key=html_attribute(f"timeline:{session.session_id}"),
        source=html_attribute(relative_link(page, source)),
        sequences=html_attribute(relative_link(page, sequences)),
        typical_key=html_attribute(typical_data_key(session.dialect)),
        typical=html_attribute(relative_link(page, typical_path(session.dialect))),
        session=html_attribute(relative_link(page, session_url(session.session_id))),
    )
    note = "" if session.has_clock else _NO_CLOCK
    command = _EXPORT.format(session=html_text(session.session_id))
    return (
        f"{_summary(session)}\n\n{note}{island(_link_line(session))}\n## {markdown_inline(finding)} {{#drawing}}\n\n"
        f"{island(app)}\n{island(command)}"
    )


def index_body(sessions: list[ListedSession]) -> str:
    """Return the Markdown of the session picker."""
    shown = sum(session.has_pages for session in sessions)
    table = render_table(
        _COLUMNS,
        [_row(session) for session in sessions],
        caption="Sessions with their timelines",
        empty="No session has been ingested yet.",
        name="sessions",
    )
    lead = (
        "Choose a session to see its start, flows, movements, beats, handlers, changes of state, queue waits, topics, "
        "silent gaps and errors on one time axis, and to compare two executions of a sequence beat by beat."
    )
    missing = "" if shown == len(sessions) else " The others say why they have none."
    return f"{lead}\n\n{plural(len(sessions), 'session')}, {shown} with a timeline.{missing}\n\n{island(table)}"


def _summary(session: ListedSession) -> str:
    parts = [plural(session.flow_count, "flow"), plural(session.beat_execution_count, "beat")]
    if session.started_at is not None:
        parts.append(f"{format_time(session.started_at)} UTC, lasted {format_duration(session.duration_ms)}")
    if session.build:
        parts.append(f"build {session.build}")
    findings = [
        plural(count, word)
        for count, word in (
            (session.flow_failed_count, "failed flow"),
            (session.deviation_count, "deviation"),
            (session.error_count, "error"),
        )
        if count
    ]
    parts.append(", ".join(findings) or "no failed flow, deviation or error")
    return markdown_inline("; ".join(parts)) + "."


def _link_line(session: ListedSession) -> str:
    page = timeline_url(session.session_id)
    targets = (
        ("All sessions", TIMELINE),
        ("Log lines of this session", lines_url(session.session_id)),
        ("About this session", session_url(session.session_id)),
    )
    links = (f'<a href="{html_attribute(relative_link(page, target))}">{word}</a>' for word, target in targets)
    return f'<p class="sl-tl-links">{" · ".join(links)}</p>'


def _row(session: ListedSession) -> list[Cell]:
    address = relative_link(TIMELINE, timeline_url(session.session_id)) if session.has_pages else None
    name = session.session_name if address else f"{session.session_name} ({session.reason})"
    seconds = None if session.duration_ms is None else session.duration_ms / 1000
    return [
        link_cell(name, address),
        time_cell(session.started_at) if session.has_clock else text_cell("no clock"),
        number_cell(seconds if session.has_clock else None),
        count_cell(session.flow_count),
        count_cell(session.beat_execution_count),
        count_cell(session.flow_failed_count),
        count_cell(session.deviation_count),
        count_cell(session.error_count),
        count_cell(session.line_count, relative_link(TIMELINE, lines_url(session.session_id)) if address else None),
        text_cell(session.dialect),
    ]
