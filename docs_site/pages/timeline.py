"""The execution timeline: a page per session, and the page to choose one.

Here is only which pages and files there are. The words around the drawing are timeline_page.py's, the data is
timeline_payload.py's, its files are timeline_parts.py's, what is typical timeline_typical.py's, the drawing
itself assets/timeline*.js.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from docs_site.engine.memory import NOTHING_REMEMBERED, Memory
from docs_site.engine.site_options import SiteOptions
from docs_site.html.links import TIMELINE, timeline_url
from docs_site.html.page import DataFile, KeptFile, Page
from docs_site.pages.lines_load import LineReader
from docs_site.pages.timeline_finding import PlayedFlow, finding_of, flows_of
from docs_site.pages.timeline_page import index_body, session_body
from docs_site.pages.timeline_parts import session_files
from docs_site.pages.timeline_played import SEQUENCES_DATA, load_played, played_script
from docs_site.pages.timeline_sessions import ListedSession, list_sessions
from docs_site.pages.timeline_typical import TypicalTimes, load_typical
from docs_site.pages.timeline_typical_file import typical_file
from docs_site.queries.session_inputs import load_fingerprints
from orchestration.flows.traces import load_traces, trace_queries
from orchestration.warehouse import Connection, open_files, open_tables

ASSETS = (
    "timeline.css",
    "side_data.js",
    "timeline_fold.js",
    "timeline_model.js",
    "timeline_parts.js",
    "timeline_scene.js",
    "timeline_details.js",
    "timeline_align.js",
    "timeline_compare_picture.js",
    "timeline_compare.js",
    "timeline_export.js",
    "timeline.js",
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a session's page is made from: its data files, the first read at once; and what the finding is said of."""

    files: tuple[DataFile | KeptFile, ...]
    flows: tuple[PlayedFlow, ...]


def build_pages(
    warehouse: Path, lake: Path, options: SiteOptions, memory: Memory = NOTHING_REMEMBERED
) -> Iterable[Page]:
    """Yield the session picker and the timeline of every session that has pages."""
    with open_tables(warehouse) as connection, open_files() as reading:
        sessions = list_sessions(connection, options.session_limit)
        listed = [session for session in sessions if session.has_pages]
        times = load_typical(connection)
        dialects = sorted({session.dialect for session in listed}, key=str)
        files = [typical_file(dialect, times.get(dialect, TypicalTimes())) for dialect in dialects]
        files.append(DataFile(SEQUENCES_DATA, played_script(load_played(connection, listed))))
        yield Page(TIMELINE, "Timeline", index_body(sessions), files=tuple(files))
        keys = _keys(connection, LineReader(lake, reading), listed, memory)
        drawn = _draw(connection, lake, keys, memory)
        for session in listed:
            yield _session_page(session, drawn[session.session_id], times.get(session.dialect, TypicalTimes()))


def _keys(
    connection: Connection, reader: LineReader, sessions: Sequence[ListedSession], memory: Memory
) -> dict[str, str]:
    prints = load_fingerprints(connection, trace_queries())
    return {
        session.session_id: memory.key("timeline", prints[session.session_id], reader.origin(session))
        for session in sessions
    }


def _draw(connection: Connection, lake: Path, keys: Mapping[str, str], memory: Memory) -> dict[str, _Drawn]:
    """Return what is drawn of each session: as it was where nothing in it has changed, else from its trace."""
    recalled = {session_id: memory.recall(key) for session_id, key in keys.items()}
    drawn = {
        session_id: _Drawn(found.files, tuple(PlayedFlow(*flow) for flow in found.value))
        for session_id, found in recalled.items()
        if found is not None
    }
    for trace in load_traces(connection, lake, [session_id for session_id in keys if session_id not in drawn]):
        made = _Drawn(tuple(session_files(trace, memory)), tuple(flows_of(trace)))
        memory.keep(keys[trace.session_id], [list(astuple(flow)) for flow in made.flows], made.files)
        drawn[trace.session_id] = made
    return drawn


def _session_page(session: ListedSession, drawn: _Drawn, times: TypicalTimes) -> Page:
    finding = finding_of(drawn.flows, times, session.has_clock)
    body = session_body(session, finding, drawn.files[0].path, SEQUENCES_DATA)
    path = timeline_url(session.session_id)
    return Page(path, f"Timeline of {session.session_name}", body, ASSETS, drawn.files)
