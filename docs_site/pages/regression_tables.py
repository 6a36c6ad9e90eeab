"""The tables of the regressions page: all changes, and what could have been seen."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.parts.regression_words import rate
from orchestration.warehouse import Row

_TONES = {"new": "warning", "ongoing": "info", "resolved": "plain"}
_CHANGE_COLUMNS = (
    Column("What"),
    Column("Kind"),
    Column("State"),
    Column("Change", "ms", True),
    Column("from", "ms", True, "Lower end of the 95% interval"),
    Column("to", "ms", True, "Upper end of the 95% interval"),
    Column("Change", "%", True),
    Column("Per session", "ms", True, "Change x executions per session after it"),
    Column("False discovery rate", is_number=True),
    Column("Visible from", "%", True, "The smallest change these sessions would have shown"),
    Column("Good build"),
    Column("Bad build"),
    Column("Since"),
    Column("Sessions", is_number=True, hint="Before and after"),
    Column("Suspects", is_number=True, hint="Commits between the last good and the first bad"),
    Column("Code"),
)
_POWER_COLUMNS = (
    Column("Good build"),
    Column("Bad build"),
    Column("Kind"),
    Column("Compared", is_number=True, hint="Units that ran in at least three sessions of both"),
    Column("Changed", is_number=True),
    Column("Sessions of the good", is_number=True),
    Column("Sessions of the bad", is_number=True),
    Column("Half would show", "%", True),
    Column("Steadiest would show", "%", True),
)


def change_table(rows: Sequence[Row], page: str, options: SiteOptions, caption: str) -> Markup:
    """Return all changes of one direction."""
    return render_table(
        _CHANGE_COLUMNS,
        [_row(row, page, options) for row in rows],
        caption=caption,
        empty=f"No {caption.lower()} found.",
    )


def power_table(power: Sequence[Row]) -> Markup:
    """Return what each comparison of builds could have shown."""
    rows = [
        [
            text_cell(row["good_build"]),
            text_cell(row["bad_build"]),
            text_cell(row["unit_kind"]),
            count_cell(row["tested_count"]),
            count_cell(row["change_count"]),
            count_cell(row["before_session_count"]),
            count_cell(row["after_session_count"]),
            pct_cell(row["smallest_visible_p50_pct"]),
            pct_cell(row["smallest_visible_min_pct"]),
        ]
        for row in power
    ]
    return render_table(_POWER_COLUMNS, rows, caption="What could have been seen", empty="No two builds were compared.")


def _row(row: Row, page: str, options: SiteOptions) -> list[Cell]:
    return [
        link_cell(row["unit_name"], _unit_link(row, page)),
        text_cell(row["unit_kind"]),
        badge_cell(row["lifecycle"], _TONES[row["lifecycle"]]),
        number_cell(row["change_ms"]),
        number_cell(row["change_ms_low"]),
        number_cell(row["change_ms_high"]),
        number_cell(row["change_pct"]),
        number_cell(row["change_per_session_ms"]),
        text_cell(rate(row["false_discovery_rate"])),
        pct_cell(row["smallest_visible_pct"]),
        text_cell(row["good_build"]),
        text_cell(row["bad_build"]),
        time_cell(row["changed_at"]),
        text_cell(f"{row['before_session_count']} and {row['after_session_count']}"),
        count_cell(row["suspect_commit_count"]),
        place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
    ]


def _unit_link(row: Row, page: str) -> str | None:
    if row["unit_kind"] == "handler":
        return links.relative_link(page, links.handler_url(row["unit_id"]))
    if row["unit_kind"] == "sequence":
        return links.relative_link(page, links.sequence_url(row["unit_id"]))
    return None
