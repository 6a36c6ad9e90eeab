"""Errors in groups, from rows to rows: what the measured table error_roots is computed by.

Arrow tables come in and one goes out, with a fixed schema: a row per error record with its root, its group and the
application's top frame. The methods are in error_cascade.py, error_grouping.py and error_code_places.py.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from orchestration.analysis.errors.error_cascade import Cause, ErrorRecord, find_causes
from orchestration.analysis.errors.error_code_places import (
    CodeIndex,
    Symbol,
    TopFrame,
    build_index,
    find_top_frame,
    parse_stack,
    short_function,
)
from orchestration.analysis.errors.error_grouping import ErrorFacts, ErrorGroup, group_errors
from orchestration.analysis.errors.source_map import SourceMap

Row = Mapping[str, Any]

GROUP_COLUMNS: Mapping[str, pa.DataType] = {
    "error_id": pa.string(),
    "error_group_id": pa.string(),
    "root_error_id": pa.string(),
    "is_consequence": pa.bool_(),
    "consequence_reason": pa.string(),
    "subject_kind": pa.string(),
    "subject": pa.string(),
    "group_error_class": pa.string(),
    "normalised_message": pa.string(),
    "frame_function_name": pa.string(),
    "frame_file_name": pa.string(),
    "frame_line_number": pa.int64(),
    "frame_evidence": pa.string(),
    "thrown_file_path": pa.string(),
    "thrown_line_number": pa.int64(),
}
# Signals whose dialect gives the error's own words; without them the log has lost the error object.
_WITH_WORDS = {
    "handler_failed", "beat_failed", "movement_failed", "flow_failed", "network_failed", "error_logged",
    "warning_logged",
}  # fmt: skip
_HASHED = re.compile(r"[-_.][A-Za-z0-9]{6,}\.m?js$")


def group_rows(
    errors: pa.Table, source_files: pa.Table, symbols: pa.Table, handlers: pa.Table, source_maps: pa.Table | None = None
) -> pa.Table:
    """Return a row per error record, in the order of sessions and lines."""
    rows = sorted(errors.to_pylist(), key=lambda row: (row["log_file_path"], row["session_id"], row["line_number"]))
    index = read_index(source_files, symbols, source_maps)
    places = _handler_symbols(handlers)
    frames = {row["error_id"]: _top_frame(row, index, places) for row in rows}
    causes = {error_id: cause for session in _sessions(rows) for error_id, cause in find_causes(session).items()}
    roots = [row for row in rows if causes[row["error_id"]].root_id == row["error_id"]]
    oldest_first = sorted(roots, key=lambda row: (row["seen_at"] is None, row["seen_at"] or 0))
    groups = group_errors([_facts(row, frames[row["error_id"]]) for row in oldest_first])
    made = [_row(row, causes[row["error_id"]], groups, frames[row["error_id"]]) for row in rows]
    schema = pa.schema(GROUP_COLUMNS)
    return pa.table({name: [row[name] for row in made] for name in schema.names}, schema=schema)


def read_index(source_files: pa.Table, symbols: pa.Table, source_maps: pa.Table | None = None) -> CodeIndex:
    """Index the scanned code that is not tests."""
    paths = [row["code_file_path"] for row in source_files.to_pylist() if not row["is_test"]]
    functions = [
        Symbol(row["code_file_path"], row["code_function_name"], row["code_line_number"], row["code_end_line_number"])
        for row in symbols.to_pylist()
        if not row["is_test"]
    ]
    maps = source_maps.to_pylist() if source_maps is not None else []
    return build_index(
        paths, functions, {row["source_map_path"].removesuffix(".map"): SourceMap(row["content"]) for row in maps}
    )


def _handler_symbols(handlers: pa.Table) -> dict[tuple[str | None, str | None], Symbol]:
    return {
        (row["plugin_name"], row["handler_name"]): Symbol(
            row["code_file_path"], row["code_function_name"] or row["handler_name"], row["code_line_number"] or 1, 0
        )
        for row in handlers.to_pylist()
        if row["code_file_path"]
    }


def _top_frame(row: Row, index: CodeIndex, handlers: Mapping[tuple[str | None, str | None], Symbol]) -> TopFrame | None:
    if not row["detail"]:
        return None
    # The console's own stack of a failed request begins at the caller: nothing of it is the log's.
    logged_from = None if row["error_kind"] == "network_failed" else row["source_file_name"]
    frames = parse_stack(row["detail"])
    if row["handler_name"]:
        # What failed is known: the stack of the call that logged it would blame the framework.
        frames = tuple(frame for frame in frames if frame.is_thrown)
    handler = handlers.get((row["plugin_name"], row["handler_name"])) if row["handler_name"] else None
    return find_top_frame(frames, index, handler, logged_from)


def _sessions(rows: Sequence[Row]) -> Iterator[list[ErrorRecord]]:
    for _, session in groupby(rows, key=lambda row: (row["log_file_path"], row["session_id"])):
        yield [_record(row) for row in session]


def _record(row: Row) -> ErrorRecord:
    return ErrorRecord(
        row["error_id"],
        row["error_kind"],
        row["line_number"],
        row["line_count"] or 1,
        int(row["flow_number"]) if row["flow_number"] else None,
        int(row["execution_number"]) if row["execution_number"] is not None else None,
        row["error_message"] or "",
        row["error_class"],
        row["handler_name"],
        row["network_url"],
        row["is_named"],
        row["severity"],
    )


def _facts(row: Row, top: TopFrame | None) -> ErrorFacts:
    has_lost_words = row["error_kind"] in _WITH_WORDS and not row["error_message"] and row["is_named"]
    return ErrorFacts(
        row["error_id"],
        row["error_kind"],
        "" if has_lost_words else row["error_message"] or row["message"] or "",
        row["error_class"],
        row["plugin_name"],
        row["stated_plugin_name"],
        row["handler_name"],
        row["sequence_name"],
        row["topic"],
        row["network_url"],
        _stable_place(top),
        _throw_site(top),
        row["session_id"],
    )


def _stable_place(top: TopFrame | None) -> str | None:
    """Return file and function as far as the next build keeps them: no line, no hashed bundle, no minified name."""
    if top is None:
        return None
    name = short_function(top.frame.function_name) or ""
    shown = name if len(name) > 2 else ""
    if top.place is not None:
        return f"{top.place.path}#{shown}"
    file = top.frame.file_name.rsplit("/", 1)[-1]
    return None if _HASHED.search(file) else f"{file}#{shown}"


def _throw_site(top: TopFrame | None) -> str | None:
    if top is None or not top.frame.is_thrown:
        return None
    frame = top.frame
    return f"{frame.file_name}:{frame.line_number}:{frame.column_number or ''}"


def _row(row: Row, cause: Cause, groups: Mapping[str, ErrorGroup], top: TopFrame | None) -> dict[str, Any]:
    group = groups[cause.root_id]
    place = top.place if top else None
    return {
        "error_id": row["error_id"],
        "error_group_id": group.group_id,
        "root_error_id": cause.root_id,
        "is_consequence": cause.root_id != row["error_id"],
        "consequence_reason": cause.reason,
        "subject_kind": group.subject_kind,
        "subject": group.subject,
        "group_error_class": group.error_class,
        "normalised_message": group.normalised_message,
        "frame_function_name": top.frame.function_name if top else None,
        "frame_file_name": top.frame.file_name if top else None,
        "frame_line_number": top.frame.line_number if top else None,
        "frame_evidence": place.evidence if place else None,
        "thrown_file_path": place.path if place else None,
        "thrown_line_number": place.line if place else None,
    }
