"""Tables of the state tracker, shared by its own pages and the pages of handlers and sessions."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import format_count
from docs_site.html.tables import (
    Cell,
    Column,
    TableRenderer,
    badge_cell,
    code_cell,
    count_cell,
    html_cell,
    link_cell,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.parts.words import plain_words, tone
from orchestration.warehouse import Row

_KINDS = {"added": "good", "updated": "info", "removed": "warning"}


def findings_table(rows: Sequence[Row], page: str, options: SiteOptions, empty: str) -> Markup:
    """List findings, each with its evidence in the log and in the code."""
    columns = (
        Column("Severity"),
        Column("Finding"),
        Column("Handler"),
        Column("Key"),
        Column("Sequence"),
        Column("What was seen"),
        Column("Cases", hint="Of how many executions of the handler, or flows it ran in"),
        Column("Line", is_number=True),
        Column("Code"),
    )
    cells = [
        [
            badge_cell(row["severity"], tone(row["severity"])),
            text_cell(plain_words(row["finding_class"])),
            _handler_cell(row, page),
            key_cell(row, page),
            _sequence_cell(row, page),
            text_cell(row["observed"]),
            html_cell(Markup(_cases(row)), row["occurrence_count"]),
            _line_cell(row["session_id"], row["line_number"], page),
            place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Findings", empty=empty)


def keys_table(rows: Sequence[Row], page: str) -> Markup:
    """List keys with how often they change and who writes and reads them."""
    columns = (
        Column("Key"),
        Column("Changes", is_number=True),
        Column("Added", is_number=True),
        Column("Updated", is_number=True),
        Column("Removed", is_number=True),
        Column("Flows", is_number=True),
        Column("Types", hint="As far as previews show"),
        Column("Written by"),
        Column("Read by", hint="Handlers whose code reads the key"),
        Column("Functions reading it", is_number=True, hint="Of the scanned code, tests left out"),
    )
    cells = [
        [
            key_cell(row, page),
            count_cell(row["mutation_count"]),
            count_cell(row["added_count"]),
            count_cell(row["updated_count"]),
            count_cell(row["removed_count"]),
            count_cell(row["flow_count"]),
            text_cell(row["value_types"]),
            text_cell(row["writer_names"]),
            text_cell(row["reader_names"]),
            count_cell(row["reader_function_count"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Keys", empty="No key of the state was seen in logs or code.")


def pairs_table(rows: Sequence[Row], page: str, options: SiteOptions, *, by_handler: bool, empty: str) -> Markup:
    """List what handlers do to keys; `by_handler` when the page is a handler's, so that the key is what differs."""
    subject = Column("Key") if by_handler else Column("Handler")
    columns = (
        subject,
        Column("Added", is_number=True),
        Column("Updated", is_number=True),
        Column("Removed", is_number=True),
        Column("Executions that change it", "%", True),
        Column("Of", is_number=True, hint="Executions that did not fail"),
        Column("Types", hint="As far as previews show"),
        Column("By its code"),
        Column("First line", is_number=True),
        Column("Written at"),
        Column("Read at"),
    )
    cells = [
        [
            key_cell(row, page) if by_handler else _handler_cell(row, page),
            count_cell(row["added_count"]),
            count_cell(row["updated_count"]),
            count_cell(row["removed_count"]),
            pct_cell(_share(row)),
            count_cell(row["execution_count"]),
            text_cell(row["value_types"]),
            text_cell(_code_words(row)),
            _line_cell(row["example_session_id"], row["line_number"], page),
            place_cell(row["write_file_path"], row["write_line_number"], options.code_url),
            place_cell(row["read_file_path"], row["read_line_number"], options.code_url),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="State", empty=empty)


def changes_table(rows: Sequence[Row], page: str, empty: str, render: TableRenderer = render_table) -> Markup:
    """List changes in the order of the log, each with the value before and after as far as previews show."""
    columns = (
        Column("Line", is_number=True),
        Column("Sequence"),
        Column("Beat", is_number=True),
        Column("Handler"),
        Column("Key"),
        Column("Change"),
        Column("Before"),
        Column("After"),
        Column("Shape"),
    )
    cells = [
        [
            _line_cell(row["session_id"], row["line_number"], page),
            text_cell(row["sequence_name"]),
            count_cell(row["beat_number"]),
            _handler_cell(row, page),
            code_cell(row["state_key"]),
            badge_cell(row["mutation_kind"], _KINDS[row["mutation_kind"]]),
            _value_cell(row["value_before"], is_cut=False),
            _value_cell(row["value_after"], is_cut=row["is_value_cut"]),
            text_cell(row["value_shape"] or row["value_type"]),
        ]
        for row in rows
    ]
    return render(columns, cells, caption="Changes of the state", empty=empty)


def key_cell(row: Row, page: str) -> Cell:
    """Show a key, linked to its page where it has one."""
    if not row["state_key"]:
        return text_cell(None)
    identifier = row.get("state_key_id")
    address = links.relative_link(page, links.state_key_url(identifier)) if identifier else None
    return link_cell(row["state_key"], address)


def _handler_cell(row: Row, page: str) -> Cell:
    address = links.relative_link(page, links.handler_url(row["handler_id"])) if row["handler_id"] else None
    return link_cell(row["handler_name"], address)


def _sequence_cell(row: Row, page: str) -> Cell:
    address = links.relative_link(page, links.sequence_url(row["sequence_id"])) if row["sequence_id"] else None
    return link_cell(row["sequence_name"], address)


def _line_cell(session_id: str | None, line_number: int | None, page: str) -> Cell:
    if not session_id or not line_number:
        return count_cell(None)
    return count_cell(line_number, links.relative_link(page, links.lines_url(session_id, line_number)))


def _value_cell(value: str | None, *, is_cut: bool) -> Cell:
    if value is None:
        return text_cell(None)
    cell = text_cell(value)
    if not is_cut:
        return cell
    return replace(cell, html=cell.html + Markup(" \u2026 <em>cut</em>"), value=f"{cell.value or value} \u2026 cut")


def _cases(row: Row) -> str:
    if not row["case_count"]:
        return "none seen"
    return f"{format_count(row['occurrence_count'])} of {format_count(row['case_count'])}"


def _share(row: Row) -> float | None:
    if not row["execution_count"] or not row["mutation_count"]:
        return None
    return min(100.0, 100.0 * float(row["changing_execution_count"]) / float(row["execution_count"]))


def _code_words(row: Row) -> str | None:
    words = (
        ("assigns", row["is_written_in_code"]),
        ("returns", row["is_returned_in_code"]),
        ("reads", row["is_read_in_code"]),
    )
    said = ", ".join(word for word, holds in words if holds)
    return said or ("not named there" if row["is_code_known"] else "not known")
