"""Reading a session's log lines from the lake: its records and its rejected lines, as columns, a chunk at a time.

Where chunks begin is found from the lines' numbers and sizes alone; each is then read by its numbers, so that a session
of any length costs the memory of one chunk. What is made of a chunk belongs to lines_payload.py.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docs_site.html.links import handler_url, relative_link
from docs_site.pages.lines_payload import Links, SessionLines, cut_lines
from docs_site.pages.timeline_sessions import ListedSession
from orchestration.domain.tables import RECORD_FIELDS
from orchestration.warehouse import Connection, fetch_frame, fetch_rows, fetch_tuples, load_raw

_BASE = """
    line_number, epoch_ms(emitted_at) as emitted_ms, severity, source_file_name, source_line_number, message_type,
    signal, message, detail
"""
_RECORDS = f"""
    select {_BASE}, {", ".join(column.name for column in RECORD_FIELDS)}
    from read_parquet(?, union_by_name = true)
    where log_file_path = ? and line_number between ? and ?
    order by line_number
"""
_REJECTED = """
    select line_number, reason, line_text
    from read_parquet(?, union_by_name = true)
    where log_file_path = ? and line_number between ? and ?
    order by line_number
"""
_SIZES = """
    select line_number, {size} as byte_count
    from read_parquet(?, union_by_name = true)
    where log_file_path = ?
"""
_RECORD_SIZES = _SIZES.format(size="coalesce(strlen(message), 0) + coalesce(strlen(detail), 0)")
_REJECTED_SIZES = _SIZES.format(size="coalesce(strlen(line_text), 0)")


class LineReader:
    """Reads sessions' lines; knows which Parquet files hold which log, so that a session costs its own files only."""

    def __init__(self, lake: Path, connection: Connection) -> None:
        self._connection = connection
        self._records = self._files_by_log(lake / "raw" / "log_records")
        self._rejected = self._files_by_log(lake / "raw" / "rejected_lines")

    def origin(self, session: ListedSession) -> tuple[tuple[str, int, int], ...]:
        """Return what the session's lines are read from: name, size and time of its files, which are written once."""
        path = session.log_file_path
        files = [Path(name) for name in (*self._records.get(path, ()), *self._rejected.get(path, ()))]
        return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in sorted(files))

    def read(self, session: ListedSession) -> Iterator[SessionLines]:
        """Yield the session's lines in order, a chunk at a time; none when the lake does not hold its log."""
        path = session.log_file_path
        for first, last in self._chunks(path):
            records = self._columns(_RECORDS, self._records.get(path), path, first, last)
            rejected = self._columns(_REJECTED, self._rejected.get(path), path, first, last)
            lines = _record_lines(records, session.started_at)
            yield _with_rejected(lines, rejected) if rejected.get("line_number") else lines

    def _chunks(self, path: str) -> Iterator[tuple[int, int]]:
        given = ((_RECORD_SIZES, self._records.get(path)), (_REJECTED_SIZES, self._rejected.get(path)))
        parts = [(sql, sorted(files)) for sql, files in given if files]
        if not parts:
            return iter(())
        sql = f"{' union all '.join(sql for sql, _ in parts)} order by line_number"
        parameters = [value for _, files in parts for value in (files, path)]
        found = fetch_frame(self._connection, sql, parameters)
        return cut_lines(found.column("line_number").to_numpy(), found.column("byte_count").to_numpy())

    def _files_by_log(self, folder: Path) -> Mapping[str, list[str]]:
        files: defaultdict[str, list[str]] = defaultdict(list)
        if not any(folder.glob("**/*.parquet")):
            return files
        sql = "select distinct log_file_path, filename from read_parquet(?, filename = true, union_by_name = true)"
        for path, name in fetch_tuples(self._connection, sql, [str(folder / "**" / "*.parquet")]):
            files[path].append(name)
        return files

    def _columns(self, sql: str, files: list[str] | None, path: str, first: int, last: int) -> dict[str, list[Any]]:
        if not files:
            return {}
        table = fetch_frame(self._connection, sql, [sorted(files), path, first, last])
        return {name: table.column(name).to_pylist() for name in table.column_names}


def load_links(warehouse: Connection, lake: Path, from_page: str) -> Links:
    """Return where handlers and source files lead, as seen from a lines page; only what is certain."""
    rows = fetch_rows(warehouse, "select handler_id, plugin_name, handler_name from marts.dim_handlers order by all")
    handlers = {
        (str(row["plugin_name"]), str(row["handler_name"])): relative_link(from_page, handler_url(row["handler_id"]))
        for row in rows
    }
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for row in load_raw(lake, "source_files", "select code_file_path from raw"):
        paths[row["code_file_path"].rsplit("/", 1)[-1]].add(row["code_file_path"])
    return Links(handlers, {name: min(found) for name, found in paths.items() if len(found) == 1})


def _record_lines(records: Mapping[str, Sequence[Any]], started_at: datetime | None) -> SessionLines:
    origin = None if started_at is None else started_at.timestamp() * 1000
    stamps = records.get("emitted_ms", ())
    columns: dict[str, Sequence[Any]] = {
        "line_number": records.get("line_number", ()),
        "at_ms": [None if stamp is None or origin is None else round(stamp - origin, 3) for stamp in stamps],
    }
    names = ("severity", "source_file_name", "source_line_number", "message_type", "signal", "message", "detail")
    columns |= {name: records.get(name, ()) for name in names}
    parsed = {column.name: records[column.name] for column in RECORD_FIELDS if column.name in records}
    used = {name: values for name, values in parsed.items() if any(value is not None for value in values)}
    return SessionLines(columns, used)


def _with_rejected(lines: SessionLines, rejected: Mapping[str, Sequence[Any]]) -> SessionLines:
    """Put the rejected lines at their places among the records."""
    extra = len(rejected["line_number"])
    numbers = [*lines.columns["line_number"], *rejected["line_number"]]
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    added: dict[str, Sequence[Any]] = {
        "line_number": rejected["line_number"],
        "severity": ["rejected"] * extra,
        "message_type": rejected["reason"],
        "message": rejected["line_text"],
    }
    nothing: Sequence[Any] = [None] * extra

    def merged(values: Sequence[Any], more: Sequence[Any]) -> list[Any]:
        whole = [*values, *more]
        return [whole[place] for place in order]

    columns = {name: merged(values, added.get(name, nothing)) for name, values in lines.columns.items()}
    fields = {name: merged(values, nothing) for name, values in lines.fields.items()}
    return SessionLines(columns, fields)
