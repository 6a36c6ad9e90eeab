"""The log lines of a session: the evidence every other page leads to, one page per session and one to choose.

The lines themselves are side files (lines_payload.py) that assets/lines.js shows as text; here are the pages around
them. Lines come from the lake, where secrets are already replaced.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docs_site.engine.memory import NOTHING_REMEMBERED, Memory
from docs_site.engine.site_options import SiteOptions
from docs_site.html.escape import html_attribute, markdown_inline, safe_href
from docs_site.html.links import TIMELINE, lines_url, relative_link, session_url, timeline_url
from docs_site.html.number_format import format_bytes, format_count, format_time, plural
from docs_site.html.page import DataFile, KeptFile, Page
from docs_site.html.side_file import side_script
from docs_site.html.tables import Cell, Column, count_cell, link_cell, render_table, text_cell, time_cell
from docs_site.pages.lines_load import LineReader, load_links
from docs_site.pages.lines_payload import SEVERITIES, Chunk, Links, build_chunks
from docs_site.pages.timeline_page import island
from docs_site.pages.timeline_sessions import ListedSession, list_sessions
from orchestration.warehouse import open_files, open_tables

LINES_INDEX = "lines.html"
ASSETS = ("lines.css", "side_data.js", "lines_model.js", "lines_panel.js", "lines.js")

_COLUMNS = (
    Column("Session"),
    Column("Started", "UTC"),
    Column("Lines", "", True),
    Column("Records", "", True),
    Column("Errors", "", True),
    Column("Log"),
    Column("Page"),
)
_APP = """<div class="sl-lines" data-about="{about}">
<p class="sl-ln-status" role="status">Reading the lines …</p>
<noscript><p>Showing the lines needs JavaScript; they are in the log file named above.</p></noscript>
</div>"""


def build_pages(
    warehouse: Path, lake: Path, options: SiteOptions, memory: Memory = NOTHING_REMEMBERED
) -> Iterable[Page]:
    """Yield the list of logs and the lines of every session that has pages."""
    with open_tables(warehouse) as connection, open_files() as reading:
        sessions = list_sessions(connection, options.session_limit)
        links = load_links(connection, lake, lines_url("any"))
        reader = LineReader(lake, reading)
        yield Page(LINES_INDEX, "Log lines", _index_body(sessions))
        for session in sessions:
            if session.has_pages:
                key = memory.key("lines", session, reader.origin(session), links, options.code_url)
                yield memory.recall_page(key) or memory.keep_page(
                    key, _session_page(session, reader, links, options, memory)
                )


def _session_page(
    session: ListedSession, reader: LineReader, links: Links, options: SiteOptions, memory: Memory
) -> Page:
    path = lines_url(session.session_id)
    title = f"Log lines of {session.session_name}"
    written = _write_chunks(session, build_chunks(reader.read(session), links), memory)
    if not written.files:
        words = "The lake holds no lines of this log: it was ingested elsewhere, or its files were removed."
        return Page(path, title, f"{_summary(session)}\n\n{words}")
    app = _APP.format(about=html_attribute(json.dumps(_about(session, written, options), ensure_ascii=False)))
    count = len(written.files)
    note = (
        "" if count == 1 else f" Loaded in {count} parts as they are needed, {format_bytes(written.byte_count)} in all."
    )
    body = f"{_summary(session)}{note}\n\n{island(_link_line(session))}\n{island(app)}"
    return Page(path, title, body, ASSETS, tuple(written.files))


@dataclass(slots=True)
class _Written:
    """What became of a session's chunks: their files, and what the page says of each before it is loaded."""

    files: list[DataFile | KeptFile] = field(default_factory=list)
    chunks: list[dict[str, object]] = field(default_factory=list)
    signals: Counter[str] = field(default_factory=Counter)
    byte_count: int = 0


def _write_chunks(session: ListedSession, chunks: Iterable[Chunk], memory: Memory) -> _Written:
    """Write each chunk before the next is made: all of a long session would not fit into memory."""
    page, written = lines_url(session.session_id), _Written()
    for chunk in chunks:
        file = DataFile(_data_path(session, chunk), side_script(_key(session, chunk), chunk.payload))
        written.byte_count += len(file.content)
        written.files.append(memory.set_aside(file))
        written.signals.update(chunk.signals)
        written.chunks.append(
            {
                "key": _key(session, chunk),
                "source": relative_link(page, file.path),
                "first": chunk.first_line,
                "last": chunk.last_line,
                "rows": chunk.row_count,
                "records": chunk.record_count,
                "grave": chunk.grave_count,
            }
        )
    return written


def _about(session: ListedSession, written: _Written, options: SiteOptions) -> dict[str, object]:
    code_url = options.code_url if options.code_url and safe_href(options.code_url) else None
    return {
        "name": session.session_name,
        "origin": None if session.started_at is None else round(session.started_at.timestamp() * 1000, 3),
        "timeline": relative_link(lines_url(session.session_id), timeline_url(session.session_id)),
        "codeUrl": code_url,
        "severities": SEVERITIES,
        "signals": sorted(written.signals.items()),
        "chunks": written.chunks,
    }


def _key(session: ListedSession, chunk: Chunk) -> str:
    return f"lines:{session.session_id}:{chunk.number}"


def _data_path(session: ListedSession, chunk: Chunk) -> str:
    return f"lines/data/{session.session_id}-{chunk.number}.js"


def _summary(session: ListedSession) -> str:
    parts = [plural(session.line_count, "line"), plural(session.record_count, "record")]
    parts.append(f"from {format_time(session.started_at)} UTC" if session.started_at else "no clock in this log")
    text = f"{session.log_file_path}: {', '.join(parts)}; secrets are replaced."
    return markdown_inline(text)


def _link_line(session: ListedSession) -> str:
    page = lines_url(session.session_id)
    targets = (
        ("All logs", LINES_INDEX),
        ("Timeline of this session", timeline_url(session.session_id)),
        ("About this session", session_url(session.session_id)),
        ("All timelines", TIMELINE),
    )
    links = (f'<a href="{html_attribute(relative_link(page, target))}">{word}</a>' for word, target in targets)
    return f'<p class="sl-ln-links">{" · ".join(links)}</p>'


def _index_body(sessions: Sequence[ListedSession]) -> str:
    shown = [session for session in sessions if session.has_pages]
    table = render_table(
        _COLUMNS,
        [_row(session) for session in sessions],
        caption="Logs and their lines",
        empty="No log has been ingested yet.",
        name="logs",
    )
    missing = len(sessions) - len(shown)
    words = f"{plural(len(sessions), 'log')}, {format_count(sum(s.line_count for s in sessions))} lines."
    if missing:
        words += f" {plural(missing, 'log')} without a page of lines: the last column says why."
    lead = "Every line of a log, with what was read from it. Other pages open here at their evidence."
    return f"{lead}\n\n{words}\n\n{island(table)}"


def _row(session: ListedSession) -> list[Cell]:
    address = relative_link(LINES_INDEX, lines_url(session.session_id)) if session.has_pages else None
    return [
        link_cell(session.session_name, address),
        time_cell(session.started_at) if session.has_clock else text_cell("no clock"),
        count_cell(session.line_count),
        count_cell(session.record_count),
        count_cell(session.error_count),
        text_cell(session.log_file_path),
        text_cell(session.reason),
    ]
