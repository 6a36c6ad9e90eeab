"""The data health page: can these numbers be trusted? Files, rejected lines, expectations, redactions, the scan."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    number_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.pages.quality_tables import data_test_table, expectation_table
from docs_site.parts.accuracy_tables import describe_accuracy, load_accuracy
from docs_site.parts.words import tone
from docs_site.queries.health import adds_up, load_health
from docs_site.queries.window import load_window
from orchestration.domain.passed_over import words_of_no_log
from orchestration.warehouse import Row, load_raw, load_rows

_REJECTED = """
select reason, count(*) as line_count, count(distinct log_file_path) as file_count,
       list({path: log_file_path, line: line_number, text: line_text} order by log_file_path, line_number)[:3]
           as samples
from raw group by reason order by line_count desc, reason
"""
_REDACTIONS = """
select redaction_rule, sum(redaction_count)::bigint as redaction_count, count(distinct log_file_path) as file_count
from raw group by redaction_rule order by redaction_count desc, redaction_rule
"""
_SOURCES = """
select scan_status, coalesce(language, 'other') as language, count(*) as file_count,
       sum(line_count)::bigint as line_count
from raw group by all order by file_count desc, language
"""
_SKIPPED = """
select code_file_path, scan_status, problem, byte_count from raw
where scan_status <> 'ok' order by scan_status, code_file_path limit 500
"""
_INPUTS = "select input_kind, input_path, problem from raw order by input_kind desc, input_path, problem limit 500"
_REPORTS_USED = "select distinct {column} as report_path from raw"
_COMMITS_READ = "select count(*) as commit_count from raw"
_PASSED_OVER = "select file_kind, file_count, example_path from raw order by file_count desc, file_kind"
_NO_CODE = "No source code was given: name it with --code."
_SESSION_IDS = "select log_file_path, session_id from marts.dim_sessions"


def build_pages(warehouse: Path, lake: Path, options: SiteOptions, *, quality: Path) -> Iterator[Page]:
    """Build the data health page."""
    page = links.DATA_HEALTH
    health = load_health(lake, quality)
    sessions = {row["log_file_path"]: row["session_id"] for row in load_rows(warehouse, _SESSION_IDS)}
    sources = load_raw(lake, "source_files", _SOURCES)
    body = render(
        "data_health.md.jinja",
        page,
        window=load_window(warehouse),
        health=health,
        balanced_count=sum(adds_up(row) for row in health.files),
        files=_file_table(health.files, sessions, page),
        passed_over=_passed_over_table(load_raw(lake, "passed_over_files", _PASSED_OVER), bool(health.files)),
        rejected=_reject_table(load_raw(lake, "rejected_lines", _REJECTED), health.line_count),
        expectations=expectation_table(health.expectations),
        data_tests=data_test_table(health.data_tests),
        redactions=_redaction_table(load_raw(lake, "redactions", _REDACTIONS)),
        sources=_source_table(sources),
        accuracy=describe_accuracy(load_accuracy(quality), options.judged_by, sessions, page),
        skipped=_skipped_table(load_raw(lake, "source_files", _SKIPPED), bool(sources)),
        inputs=_input_table(lake),
    )
    yield Page(page, "Data health", body)


def _file_table(files: Sequence[Row], sessions: dict[str, str], page: str) -> Markup:
    columns = (
        Column("Log file"),
        Column("Status"),
        Column("Dialect"),
        Column("Recognised", "% of sample", True),
        Column("Lines", is_number=True),
        Column("In records", is_number=True),
        Column("Rejected", is_number=True),
        Column("Blank", is_number=True),
        Column("Adds up"),
        Column("Records", is_number=True),
        Column("Unnamed", "records", True, "Records no rule names, kept as type 'other'"),
        Column("Size", "MB", True),
        Column("Redacted", is_number=True),
        Column("Latest entry", "UTC"),
        Column("Problem"),
    )
    return render_table(
        columns,
        [_file_row(row, sessions, page) for row in files],
        caption="Log files",
        empty="No log file was ingested.",
    )


def _file_row(row: Row, sessions: dict[str, str], page: str) -> list[Cell]:
    session = sessions.get(row["log_file_path"])
    address = links.relative_link(page, links.session_url(session)) if session else None
    balanced = adds_up(row)
    status = row["ingest_status"]
    return [
        link_cell(row["log_file_path"], address),
        badge_cell(status.replace("_", " "), tone(status)),
        text_cell(words_of_no_log(row["problem"] or "") if status == "not_a_log" else row["dialect_name"]),
        number_cell(row["dialect_match_pct"]),
        count_cell(row["line_count"]),
        count_cell(row["record_line_count"]),
        count_cell(row["rejected_line_count"]),
        count_cell(row["blank_line_count"]),
        badge_cell("yes" if balanced else "no", "good" if balanced else "critical"),
        count_cell(row["record_count"]),
        count_cell(row["other_record_count"]),
        number_cell(row["byte_count"] / 1e6),
        count_cell(row["redaction_count"]),
        time_cell(row["last_emitted_at"]),
        text_cell(_file_words(row)),
    ]


def _file_words(row: Row) -> str | None:
    """Return what a reader must know of a log: its problem, and that its rows outlived its file."""
    kept = "Kept: file no longer there." if row.get("is_gone") else None
    refused = row.get("refused_stamp_count") or 0
    stamps = f"Taken as none: {plural(refused, 'time stamp')} outside the years 1970 to 2100." if refused else None
    words = " ".join(text for text in (row["problem"], stamps, kept) if text)
    return words or row["duplicate_of_path"]


def _passed_over_table(rows: Sequence[Row], is_any_read: bool) -> Markup:
    columns = (Column("What they are"), Column("Files", is_number=True), Column("For example"))
    cells = [
        [text_cell(row["file_kind"]), count_cell(row["file_count"]), code_cell(row["example_path"])] for row in rows
    ]
    empty = "Every file in the folders given is a log." if is_any_read else "No log was read: name logs with --logs."
    return render_table(columns, cells, caption="Files passed over", empty=empty)


def _reject_table(rows: Sequence[Row], line_count: int) -> Markup:
    columns = (
        Column("Reason"),
        Column("Lines", is_number=True),
        Column("Files", is_number=True),
        Column("Samples"),
    )
    cells = [
        [
            text_cell(row["reason"].replace("_", " ")),
            count_cell(row["line_count"]),
            count_cell(row["file_count"]),
            code_cell("\n".join(f"{item['path']}:{item['line']}  {item['text'][:200]}" for item in row["samples"])),
        ]
        for row in rows
    ]
    empty = "Every line of every file was understood." if line_count else "No line was read."
    return render_table(columns, cells, caption="Rejected lines", empty=empty)


def _redaction_table(rows: Sequence[Row]) -> Markup:
    columns = (Column("Kind of secret"), Column("Replaced", is_number=True), Column("Files", is_number=True))
    cells = [
        [
            text_cell(row["redaction_rule"].replace("_", " ")),
            count_cell(row["redaction_count"]),
            count_cell(row["file_count"]),
        ]
        for row in rows
        if row["redaction_count"]
    ]
    return render_table(columns, cells, caption="Redactions", empty="No secret was found in the logs.")


def _source_table(rows: Sequence[Row]) -> Markup:
    columns = (
        Column("Language"),
        Column("Status"),
        Column("Files", is_number=True),
        Column("Lines", is_number=True),
    )
    cells = [
        [
            text_cell(row["language"]),
            badge_cell(row["scan_status"], tone(row["scan_status"])),
            count_cell(row["file_count"]),
            count_cell(row["line_count"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Source files", empty=_NO_CODE)


def _skipped_table(rows: Sequence[Row], is_scanned: bool) -> Markup:
    columns = (Column("File"), Column("Status"), Column("Why"), Column("Size", "kB", True))
    cells = [
        [
            code_cell(row["code_file_path"]),
            badge_cell(row["scan_status"], tone(row["scan_status"])),
            text_cell(row["problem"]),
            number_cell(row["byte_count"] / 1000),
        ]
        for row in rows
    ]
    empty = "Every source file was read in full." if is_scanned else _NO_CODE
    return render_table(columns, cells, caption="Skipped source files", empty=empty)


def _input_table(lake: Path) -> Markup:
    """Return what reports, history, declarations and languages could not give; else how much was used."""
    columns = (Column("Given as"), Column("File or folder"), Column("What is missing and why"))
    cells = [
        [text_cell(row["input_kind"]), code_cell(row["input_path"]), text_cell(row["problem"])]
        for row in load_raw(lake, "scan_problems", _INPUTS)
    ]
    return render_table(columns, cells, caption="Inputs not read in full", empty=_used_inputs(lake))


def _used_inputs(lake: Path) -> str:
    """Say how many reports and commits were used when nothing is told of them."""
    places = (("file_coverage", "coverage_file_path"), ("test_results", "report_file_path"))
    reports = {
        row["report_path"]
        for table, column in places
        for row in load_raw(lake, table, _REPORTS_USED.format(column=column))
    }
    commits = sum(row["commit_count"] for row in load_raw(lake, "commits", _COMMITS_READ))
    used = f"{plural(len(reports), 'report')} used" if reports else "No report was given (--coverage)"
    read = f"{plural(commits, 'commit')} read" if commits else "no commit of a handler was found"
    return f"{used}; {read}."
