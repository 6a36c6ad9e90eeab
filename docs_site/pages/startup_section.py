"""The section "Start-up" of the performance page: trend, parts, order of mounts, slowest, attempts without success."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from markupsafe import Markup

from docs_site.figures.startup import PARTS, startup_figure
from docs_site.html import links
from docs_site.html.escape import html_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_duration, plural
from docs_site.html.tables import (
    Cell,
    Column,
    bar_cell,
    count_cell,
    link_cell,
    link_html,
    number_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.queries.startup import Startup, load_startup
from orchestration.warehouse import Row

# The figure has all; the table those a reader asks about first.
_NEWEST = 20
_MEDIAN_HINT = "Median of the mounts with both stamps"


@dataclass(frozen=True, slots=True)
class StartupSection:
    """What the template shows."""

    sentence: str
    figure: Figure | None
    parts: Markup
    slowest: Markup
    plugins: Markup
    failures: Markup
    sessions: Markup


def load_startup_section(warehouse: Path, page: str) -> StartupSection:
    """Read the starts and build the section."""
    startup = load_startup(warehouse)
    return StartupSection(
        startup_sentence(startup),
        startup_figure(startup.timed, page),
        _part_table(startup.timed, page),
        _slowest_words(startup.plugins, page),
        _plugin_table(startup.plugins, page),
        failure_table(startup.plugins, page),
        _session_table(startup.sessions, page),
    )


def startup_sentence(startup: Startup) -> str:
    """Say how many starts the logs show, and what is mounted and registered in one of them."""
    if not startup.sessions:
        return "No log shows a start: no build, mount, registration or subscription before the first flow."
    known = plural(len(startup.sessions), "session")
    counts = (
        ("mount_count", "mount"),
        ("registered_sequence_count", "registered sequence"),
        ("subscription_count", "subscription"),
        ("subscribed_topic_count", "topic"),
    )
    words = ", ".join(plural(round(median(row[name] for row in startup.sessions)), word) for name, word in counts)
    return f"{known} show their start, {len(startup.timed)} of them how long it took. In a median start: {words}."


def _part_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Part"),
        Column("Share", "%", True, "Of the whole start of the sessions in which mounts have stamps"),
        Column("p50", "ms", True, "Median of the sessions"),
        Column("Max", "ms", True, "Opens the session"),
        Column("Sessions", is_number=True),
    )
    known = [row for row in rows if row["before_mounts_ms"] is not None]
    whole = sum(row["startup_ms"] for row in known)
    cells = [_part_cells(words, column, known, whole, page) for column, words, _ in PARTS] if whole else []
    if rows:
        cells.append(_part_cells("the whole start", "startup_ms", rows, whole, page))
    return render_table(columns, cells, caption="Parts of start-up", empty="No start has a known length.")


def _part_cells(words: str, column: str, rows: Sequence[Row], whole: float, page: str) -> list[Cell]:
    longest = max(rows, key=lambda row: (row[column], row["session_id"]))
    is_part = column != "startup_ms"
    share = 100 * sum(row[column] for row in rows) / whole if is_part and whole else None
    return [
        text_cell(words),
        bar_cell(share, 100),
        number_cell(median(row[column] for row in rows)),
        number_cell(longest[column], links.relative_link(page, links.session_url(longest["session_id"]))),
        count_cell(len(rows)),
    ]


def _slowest_words(rows: Sequence[Row], page: str) -> Markup:
    timed = [row for row in rows if row["max_ms"] is not None]
    if not timed:
        return Markup("The logs do not say how long a mount took: no attempt and its success have stamps.")
    slowest = max(timed, key=lambda row: row["max_ms"])
    words = link_html(f"{slowest['plugin_name']}, {format_duration(slowest['max_ms'])}", _slowest_line(slowest, page))
    waited = max(timed, key=lambda row: row["wait_p50_ms"] or 0)
    wait = f"{waited['plugin_name']}, {format_duration(waited['wait_p50_ms'])} in the median session"
    count = plural(sum(row["timed_count"] for row in rows), "timed mount")
    return Markup(f"Slowest of {html_text(count)}: {words}. Longest wait before a mount: {html_text(wait)}.")


def _plugin_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Plugin"),
        Column("Place", "", True, "Median place of its first mount among all mounts of a session"),
        Column("Wait before", "ms", True, "Median per session: from the mounts before to its own"),
        Column("Mount p50", "ms", True, _MEDIAN_HINT),
        Column("Mount max", "ms", True, "Opens the lines of the slowest"),
        Column("Attempts", "", True, "Outcomes where the log shows no attempt"),
        Column("Sessions", is_number=True),
    )
    cells = [
        [
            plugin_cell(row["plugin_name"], page),
            count_cell(row["place"]),
            number_cell(row["wait_p50_ms"]),
            number_cell(row["p50_ms"]),
            number_cell(row["max_ms"], _slowest_line(row, page)),
            count_cell(row["mount_count"]),
            count_cell(row["session_count"]),
        ]
        for row in rows
    ]
    empty = "No log says which plugins are mounted."
    return render_table(columns, cells, caption="Plugins in the order they are mounted", empty=empty)


def failure_table(rows: Sequence[Row], page: str) -> Markup:
    """Return the plugins with attempts that had no success; of many mounts without any, that is said in words."""
    columns = (
        Column("Plugin"),
        Column("Without success", "", True, "Failed, or left without an answer while the log goes on"),
        Column("Attempts", is_number=True),
        Column("Sessions with one", is_number=True),
        Column("Sessions", is_number=True),
        Column("Latest: line", is_number=True),
        Column("Message"),
    )
    cells = [
        [
            plugin_cell(row["plugin_name"], page),
            count_cell(row["failed_count"]),
            count_cell(row["mount_count"]),
            count_cell(row["failed_session_count"]),
            count_cell(row["session_count"]),
            count_cell(row["failed_line_number"], _lines(row["failed_session_id"], row["failed_line_number"], page)),
            text_cell(row["failure_message"]),
        ]
        for row in sorted(rows, key=lambda row: (-row["failed_count"], row["plugin_name"]))
        if row["failed_count"]
    ]
    count = sum(row["mount_count"] for row in rows)
    unknown = sum(row["unknown_count"] for row in rows)
    known = f" of {count - unknown:,} with a known outcome" if unknown else ""
    empty = f"None of {plural(count, 'mount')}{known} was without success." if count else "No mount in any log."
    if count and not any(row["attempt_count"] for row in rows):
        empty = f"Not known: the logs report {plural(count, 'mount')} that succeeded, and no attempts."
    return render_table(columns, cells, caption="Attempts without success", empty=empty)


def _session_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Session"),
        Column("Start-up", "ms", True),
        Column("Mounts", is_number=True),
        Column("Without success", is_number=True),
        Column("Sequences", "", True, "Registered during the start"),
        Column("Subscriptions", "", True, "Of topics, during the start"),
        Column("Started", "UTC"),
    )
    cells = [
        [
            link_cell(row["session_name"], links.relative_link(page, links.session_url(row["session_id"]))),
            number_cell(row["startup_ms"]),
            count_cell(row["mount_count"]),
            count_cell(row["failed_mount_count"]),
            count_cell(row["registered_sequence_count"]),
            count_cell(row["subscription_count"]),
            time_cell(row["started_at"]),
        ]
        for row in rows[: -_NEWEST - 1 : -1]
    ]
    return render_table(columns, cells, caption="Newest starts", empty="No log shows a start.")


def plugin_cell(plugin_name: str, page: str) -> Cell:
    """Link a plugin to its page."""
    return link_cell(plugin_name, links.relative_link(page, links.plugin_url(plugin_name)))


def _slowest_line(row: Row, page: str) -> str | None:
    return None if row["max_ms"] is None else _lines(row["slowest_session_id"], row["slowest_line_number"], page)


def _lines(session_id: str | None, line_number: int | None, page: str) -> str | None:
    return links.relative_link(page, links.lines_url(session_id, line_number)) if session_id else None
