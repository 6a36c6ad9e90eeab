"""The execution timeline: a page per session, and the page to choose one.

Here is only which pages there are. The words around the drawing are timeline_page.py's, the data is
timeline_payload.py's, what is typical timeline_typical.py's, the drawing itself assets/timeline*.js.
"""

from collections.abc import Iterable
from pathlib import Path

from docs_site.links import TIMELINE, lines_url, relative_link, timeline_url
from docs_site.page import DataFile, Page
from docs_site.pages.timeline_finding import finding_of
from docs_site.pages.timeline_page import index_body, session_body
from docs_site.pages.timeline_payload import PayloadBuilder
from docs_site.pages.timeline_played import SEQUENCES_DATA, load_played, played_script
from docs_site.pages.timeline_sessions import ListedSession, list_sessions
from docs_site.pages.timeline_side_file import side_script
from docs_site.pages.timeline_typical import TypicalTimes, load_typical
from docs_site.site_options import SiteOptions
from docs_site.warehouse import open_warehouse
from orchestration.analysis.trace_load import load_traces
from orchestration.analysis.trace_model import SessionTrace

ASSETS = (
    "timeline.css",
    "side_data.js",
    "timeline_fold.js",
    "timeline_model.js",
    "timeline_scene.js",
    "timeline_details.js",
    "timeline_align.js",
    "timeline_compare_picture.js",
    "timeline_compare.js",
    "timeline_export.js",
    "timeline.js",
)


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterable[Page]:
    """Yield the session picker and the timeline of every session that has pages."""
    with open_warehouse(warehouse) as connection:
        sessions = list_sessions(connection, options.session_limit)
        listed = {session.session_id: session for session in sessions if session.has_pages}
        played = load_played(connection, list(listed.values()))
        yield Page(TIMELINE, "Timeline", index_body(sessions), files=(DataFile(SEQUENCES_DATA, played_script(played)),))
        times = load_typical(connection)
        for trace in load_traces(connection, lake, list(listed)):
            session = listed[trace.session_id]
            yield _session_page(session, trace, times.get(session.dialect, TypicalTimes()))


def _session_page(session: ListedSession, trace: SessionTrace, times: TypicalTimes) -> Page:
    path = timeline_url(session.session_id)
    lines_link = relative_link(path, lines_url(session.session_id))
    payload = PayloadBuilder(trace, times).build(lines_link)
    data_path = f"timeline/data/{session.session_id}.js"
    data = DataFile(data_path, side_script(f"timeline:{session.session_id}", payload))
    body = session_body(
        session, finding_of(trace, times), relative_link(path, data_path), relative_link(path, SEQUENCES_DATA)
    )
    return Page(path, f"Timeline of {session.session_name}", body, ASSETS, (data,))
