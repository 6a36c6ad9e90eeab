"""The tables of an error group's page: what went before, what failing executions share, tests, commits, lines."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import format_count, format_number, format_pct
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    pct_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.deviation_table import example_links
from docs_site.parts.words import plain_words
from orchestration.warehouse import Row

_STEPS = {
    "user_acted": "user", "topic_published": "topic", "flow_started": "flow starts",
    "movement_started": "movement starts", "beat_started": "beat starts", "state_changed": "state changes",
    "subscribers_absent": "nobody listens", "beat_failed": "beat fails", "handler_failed": "handler throws",
    "network_failed": "request fails", "beat_retried": "beat is tried again",
}  # fmt: skip
_FAILING = {"beat_failed", "handler_failed", "network_failed", "subscribers_absent"}
_EVIDENCE = {
    "coverage_report": "coverage report",
    "imported_by_test": "a test file imports it",
    "named_by_test": "a test file names it",
}


def breadcrumb_table(rows: Sequence[Row], page: str) -> Markup:
    """Return the steps before the example, in the order they happened."""
    columns = (Column("Step"), Column("What"), Column("Time", "UTC"), Column("Line", is_number=True))
    cells = [
        [
            badge_cell(
                _STEPS.get(row["step_kind"], plain_words(row["step_kind"] or "")),
                "critical" if row["step_kind"] in _FAILING else "plain",
            ),
            text_cell(row["step_text"]),
            time_cell(row["emitted_at"]),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            ),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Steps before the example", empty="Nothing was logged before it.")


def lift_table(rows: Sequence[Row], page: str) -> Markup:
    """Return what failed has in common and what passed lacks; only what is significant is given here."""
    columns = (
        Column("Feature"),
        Column("Value"),
        Column("Failed with it", is_number=True),
        Column("Passed with it", is_number=True),
        Column("Odds ratio", is_number=True, hint="Odds of failing with the feature over those without"),
        Column("q", is_number=True, hint="Fisher's exact test; false discovery rate over all groups and features"),
        Column("Sessions", is_number=True, hint="Sessions with a failure that has the feature"),
    )
    cells = [
        [
            text_cell(row["feature_kind"]),
            text_cell(row["feature_value"]),
            _share(row["failing_with_count"], row["failing_count"]),
            _share(row["passing_with_count"], row["passing_count"]),
            Cell(Markup(format_number(row["odds_ratio"])), row["odds_ratio"]),
            Cell(Markup(f"{row['q_value']:.1g}" if row["q_value"] is not None else ""), row["q_value"]),
            count_cell(row["session_count"]),
        ]
        for row in rows
    ]
    return render_table(
        columns,
        cells,
        caption="What failing has in common",
        empty="No feature is significantly more frequent among what failed than among what passed (q below 0.05).",
    )


def test_table(rows: Sequence[Row]) -> Markup:
    """Return the tests that reach the handler."""
    columns = (
        Column("Evidence"),
        Column("File"),
        Column("Tests", is_number=True),
        Column("Lines covered", "%", True),
        Column("Last run"),
    )
    cells = [
        [
            text_cell(_EVIDENCE.get(row["evidence_kind"], plain_words(row["evidence_kind"] or ""))),
            code_cell(row["evidence_file_path"]),
            count_cell(row["test_count"]),
            pct_cell(row["line_coverage_pct"]),
            _last_run(row),
        ]
        for row in rows
    ]
    return render_table(
        columns, cells, caption="Tests", empty="No test is known that reaches this code: a test would show the error."
    )


def commit_table(rows: Sequence[Row]) -> Markup:
    """Return commits that changed the handler's file."""
    columns = (
        Column("When"), Column("Commit"), Column("Subject"), Column("Changed"), Column("Author"),
        Column("Committed", "UTC"),
    )  # fmt: skip
    cells = [
        [
            badge_cell(
                "since the first error" if row["is_since_first_seen"] else "before it",
                "info" if row["is_since_first_seen"] else "plain",
            ),
            code_cell((row["commit_hash"] or "")[:10]),
            text_cell(row["commit_subject"]),
            text_cell("the handler" if row["is_line_change"] else "its file"),
            code_cell((row["author_key"] or "")[:8]),
            time_cell(row["committed_at"]),
        ]
        for row in rows
    ]
    return render_table(
        columns, cells, caption="Commits", empty="No commit is known that changed this code: no history was scanned."
    )


def exemplar_table(rows: Sequence[Row], page: str) -> Markup:
    """Return one error per session, the newest first."""
    columns = (
        Column("Session"), Column("Errors there", is_number=True), Column("Line", is_number=True), Column("Timeline"),
        Column("Sequence"), Column("Message"), Column("Time", "UTC"),
    )  # fmt: skip
    cells = [
        [
            link_cell(row["session_name"], links.relative_link(page, links.session_url(row["session_id"]))),
            count_cell(row["session_error_count"]),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            ),
            link_cell(
                "open" if row["flow_id"] else None,
                links.relative_link(page, links.timeline_url(row["session_id"], row["flow_id"]))
                if row["flow_id"]
                else None,
            ),
            text_cell(row["sequence_name"]),
            text_cell(row["message"]),
            time_cell(row["seen_at"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Example errors", empty="No error of this group is left.")


def consequence_table(rows: Sequence[Row], page: str) -> Markup:
    """Return what the errors led to."""
    columns = (
        Column("What"), Column("Why it is taken for a consequence"), Column("Records", is_number=True),
        Column("Sessions", is_number=True), Column("Examples"), Column("For one"),
    )  # fmt: skip
    cells = [
        [
            text_cell(plain_words((row["error_kind"] or "").replace("unnamed_", "a further "))),
            text_cell(row["consequence_reason"]),
            count_cell(row["error_count"]),
            count_cell(row["session_count"]),
            Cell(example_links(row["examples"], page), row["error_count"], "sl-short"),
            text_cell(row["message"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Consequences", empty="Nothing else was reported because of it.")


def _share(part: int | None, whole: int | None) -> Cell:
    if part is None or not whole:
        return count_cell(part)
    return Cell(
        Markup(f"{format_count(part)} of {format_count(whole)} ({format_pct(100 * part / whole)} %)"), part / whole
    )


def _last_run(row: Row) -> Cell:
    if not row["known_count"]:
        return text_cell(None)
    failed = row["failed_count"] or 0
    return badge_cell(f"{failed} failed" if failed else "passed", "critical" if failed else "good")
