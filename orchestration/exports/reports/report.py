"""What every exported report has: the rows it reads, the sessions it is about, and how it is written.

A report is a mapping whose JSON form is published (tests/unit/exports/schemas): add keys, never rename them. What a
report says is in the module of its name; nothing is computed there that a mart does not say.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from orchestration.exports.markdown import escape_markdown, markdown_table, show_value
from orchestration.warehouse import Connection, Row, fetch_rows

Report = Mapping[str, Any]

_WINDOW = "select count(*) as sessions, min(started_at) as first, max(started_at) as last from marts.dim_sessions"


def read_rows(connection: Connection, sql: str) -> list[Row]:
    """Return the rows of a query by their columns' names; times as ISO 8601 UTC."""
    return [{name: _as_json(value) for name, value in row.items()} for row in fetch_rows(connection, sql)]


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value


def load_window(connection: Connection) -> Row:
    """Read which sessions a report is about; times are null where no log has a clock."""
    return read_rows(connection, _WINDOW)[0]


def without_nulls(row: Row) -> Row:
    """Return a row without what is not known."""
    return {key: value for key, value in row.items() if value is not None}


def write_json(report: Report) -> str:
    """Return a report as JSON, indented for people."""
    return json.dumps(report, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def heading(title: str, window: Row) -> str:
    """Return the beginning of a report in Markdown: its title, and which sessions it is about."""
    days = f", from {window['first'][:10]} to {window['last'][:10]}" if window["first"] else ""
    return f"# {title}\n\n{window['sessions']:,} sessions{days}.\n"


def facts(pairs: Mapping[str, object]) -> str:
    """Return a list of facts in Markdown."""
    return "".join(f"- {title}: {show_value(value)}\n" for title, value in pairs.items())


def section(title: str, content: str) -> str:
    """Return a section in Markdown."""
    return f"\n## {escape_markdown(title)}\n\n{content}"


def row_table(rows: Sequence[Row], columns: Mapping[str, str], empty: str) -> str:
    """Return rows as a table; `columns` gives the key of each title."""
    return markdown_table(list(columns), [[row.get(key) for key in columns.values()] for row in rows], empty)


def place(path: object, line: object) -> str | None:
    """Return a place in code or in a log as `file:line`; None without a file."""
    return None if not path else f"{path}:{line}" if line else str(path)
