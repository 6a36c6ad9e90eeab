"""The section of a handler's page with all its executions; each opens its log line and its moment on the timeline."""

from pathlib import Path

from docs_site.html import links
from docs_site.html.paged_table import PagedColumn, PagedTable, paged_table
from docs_site.parts.words import tone
from docs_site.queries.executions import load_executions


def executions_table(warehouse: Path, handler_id: str, page: str) -> PagedTable:
    """Return the table of a handler's executions, newest first."""
    found = load_executions(warehouse, handler_id)
    started = PagedColumn("Started", "time", "UTC")
    duration = PagedColumn("Duration", "number", "ms", "Empty where the log states none")
    outcome = PagedColumn("Outcome", "badge")
    sequence, session = PagedColumn("Sequence"), PagedColumn("Session")
    line = PagedColumn("Line", "count", hint="Opens the line of the log")
    timeline = PagedColumn("Timeline", hint="Opens the timeline of the session at this execution")
    rows = list(zip(*found.values(), strict=True))
    for started_ms, duration_ms, session_id, name, sequence_name, beat, status, error, line_number in rows:
        started.add(started_ms)
        duration.add(duration_ms)
        outcome.add(status, hint=error)
        sequence.add(sequence_name, note=f"beat {beat}" if beat is not None else None)
        session.add(name, links.relative_link(page, links.session_url(session_id)))
        line.add(line_number, links.relative_link(page, links.lines_url(session_id, line_number)))
        timeline.add("open", links.relative_link(page, links.timeline_url(session_id, line_number=line_number)))
    return paged_table(
        page,
        f"catalogue/handlers/data/{links.handler_url(handler_id).rpartition('/')[2].removesuffix('.html')}.js",
        (started, duration, outcome, sequence, session, line, timeline),
        len(rows),
        caption="All executions",
        empty="The logs show no execution of this handler.",
        tones={str(status): tone(status) for status in set(found["status"])},
    )
