"""Handlers on the coverage page: the tests to write first, the handlers of a quadrant, the delete candidates."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import format_count, format_number, format_pct, plural
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    link_html,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.code_places import place_cell, place_html
from docs_site.parts.words import tone
from docs_site.queries.given import Given
from orchestration.domain.amounts import more
from orchestration.warehouse import Row

MOST_TESTS = 10
_MOST_BEATS = 3

Evidence = Mapping[str, Mapping[str, Row]]

_COLUMNS = (
    Column("Handler"),
    Column("Plugin"),
    Column("Rank", is_number=True, hint="Place by risk; none where the risk is 0"),
    Column("Risk", is_number=True, hint="traffic x change x errors x untested"),
    Column("Factors", hint="ln(1 + executions) x (1 + commits) x (1 + 10 x error rate) x share of lines no test ran"),
    Column("Executions", is_number=True),
    Column("Sessions", is_number=True),
    Column("Errors", "%", True, "Of its executions"),
    Column("Commits", is_number=True, hint="That changed its lines or its file"),
    Column("Lines run by tests", "%", True, "Of its executable lines, by the coverage report"),
    Column("Lines", is_number=True, hint="Covered of executable lines; sorts by the executable ones"),
    Column("Test files"),
    Column("Last seen", "UTC"),
    Column("Code"),
    Column("Resolution"),
)


def tests_to_write(
    risky: Sequence[Row],
    beats: Mapping[str, Sequence[Row]],
    evidence: Evidence,
    page: str,
    options: SiteOptions,
) -> list[dict[str, object]]:
    """Return the riskiest handlers as findings: what runs, how untested it is, where it is, which beats name it."""
    found: list[dict[str, object]] = []
    for row in risky[:MOST_TESTS]:
        own = evidence.get(row["handler_id"], {})
        found.append(
            {
                "name": link_html(
                    row["handler_name"], links.relative_link(page, links.handler_url(row["handler_id"])), "sl-plain"
                ),
                "kind": f"{format_pct(100 * row['untested_share'])} % untested",
                "numbers": _numbers(row),
                "place": place_html(row["code_file_path"], row["code_line_number"], options.code_url),
                "beats": _beats(beats.get(row["handler_id"], []), page),
                "tests": evidence_words(row, own),
                "tone": "warning" if row["untested_share"] >= 1 else "info",
            }
        )
    return found


def evidence_words(row: Row, own: Mapping[str, Row]) -> str:
    """Say what is known of a handler's tests: the report's lines, and who imports it."""
    covered, executable = row["covered_line_count"], row["executable_line_count"]
    if not executable:
        return f"no report knows it; {_files_words(own)}"
    # Some reports call the line that declares a function covered although nobody called it.
    doubt = ", perhaps only the one that declares it" if covered == 1 < executable else ""
    return f"tests run {format_count(covered)} of {plural(executable, 'line')}{doubt}; {_files_words(own)}"


def _files_words(own: Mapping[str, Row]) -> str:
    imports, names = own.get("imported_by_test"), own.get("named_by_test")
    if imports:
        return f"{plural(imports['file_count'], 'test file imports', 'test files import')} it"
    if names:
        return f"{plural(names['file_count'], 'test file names', 'test files name')} it, none imports it"
    return "no test file imports it"


def handler_table(
    rows: Sequence[Row], evidence: Evidence, page: str, options: SiteOptions, caption: str, empty: str
) -> Markup:
    """Return handlers with all that risk is made of."""
    cells = [_handler_row(row, evidence.get(row["handler_id"], {}), page, options) for row in rows]
    return render_table(_COLUMNS, cells, caption=caption, empty=empty)


def candidate_table(rows: Sequence[Row], evidence: Evidence, page: str, options: SiteOptions, given: Given) -> Markup:
    """Return the handlers never executed: how sure, why, and what deleting would take away."""
    columns = (
        Column("Handler"),
        Column("Plugin"),
        Column("Why it never ran"),
        Column("Used in at most", "% of sessions", True, "95 % confidence: 1 - 0.05^(1/n), nearly 3/n"),
        Column("Sessions looked at", is_number=True),
        Column("Lines of code", is_number=True),
        Column("Test evidence"),
        Column("Tests that import it", is_number=True, hint="it/test calls in the files that import it"),
        Column("Commits", is_number=True),
        Column("Code"),
    )
    cells = [
        [
            *_name(row, page),
            text_cell(row["unused_reason"]),
            number_cell(row["usage_upper_bound_pct"]),
            count_cell(row["window_session_count"]),
            count_cell(row["line_count"]),
            text_cell(evidence_words(row, evidence.get(row["handler_id"], {}))),
            count_cell(row["tests_count"] or 0),
            count_cell(row["commit_count"]),
            place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        ]
        for row in sorted(rows, key=lambda row: (-(row["line_count"] or 0), row["handler_name"], row["handler_id"]))
    ]
    return render_table(
        columns,
        cells,
        caption="Delete candidates",
        empty=given.claim("Every declared handler was executed in production.", "beats", "sessions"),
    )


def _handler_row(row: Row, own: Mapping[str, Row], page: str, options: SiteOptions) -> list[Cell]:
    known = row["executable_line_count"]
    lines = f"{format_count(row['covered_line_count'])} of {format_count(known)}" if known else None
    return [
        *_name(row, page),
        count_cell(row["risk_rank"]),
        number_cell(row["risk_score"]),
        text_cell(_factors(row)),
        count_cell(row["execution_count"]),
        count_cell(row["session_count"]),
        pct_cell(row["error_pct"]),
        count_cell(row["commit_count"]),
        pct_cell(row["line_coverage_pct"]),
        Cell(text_cell(lines).html, known or None),
        text_cell(_files_words(own)),
        time_cell(row["last_seen_at"]),
        place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        badge_cell(row["resolution"], tone(row["resolution"])),
    ]


def _factors(row: Row) -> str:
    factors = (row["traffic_factor"], row["change_factor"], row["error_factor"], row["untested_share"])
    return " \u00d7 ".join(f"{factor:.2f}".rstrip("0").rstrip(".") for factor in factors)


def _name(row: Row, page: str) -> list[Cell]:
    return [
        link_cell(row["handler_name"], links.relative_link(page, links.handler_url(row["handler_id"]))),
        text_cell(row["plugin_name"]),
    ]


def _numbers(row: Row) -> str:
    parts = [
        f"risk {format_number(row['risk_score'])}",
        f"{plural(row['execution_count'], 'execution')} in {plural(row['session_count'], 'session')}",
    ]
    if row["error_count"]:
        parts.append(f"{format_pct(row['error_pct'])} % failed")
    if row["commit_count"]:
        parts.append(plural(row["commit_count"], "commit"))
    return " \u00b7 ".join(parts)


def _beats(rows: Sequence[Row], page: str) -> Markup:
    if not rows:
        return Markup("no declared beat names it")
    shown = [
        link_html(
            f"{row['sequence_name']}, beat {row['beat_number']}",
            links.relative_link(page, links.sequence_url(row["sequence_id"])),
        )
        for row in rows[:_MOST_BEATS]
    ]
    rest = more(len(rows), _MOST_BEATS)
    return Markup("; ").join(shown) + (f" {rest}" if rest else "")
