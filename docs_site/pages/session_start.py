"""How one session started, on its page: what took how long, every mount, the packages it was made of."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import format_duration, plural
from docs_site.html.tables import Column, TableRenderer, badge_cell, count_cell, number_cell, render_table, text_cell
from docs_site.pages.startup_section import plugin_cell
from orchestration.warehouse import Row

# By what sessions.py calls them: the rows of all sessions, and their order on the page of one.
START_PARTS = {
    "start": ("select * from marts.fct_session_starts", "session_id"),
    "mounts": (
        """
select session_id, mount_number, plugin_name, is_success, is_already_mounted, attempted_at, ended_at, duration_ms,
       failure_message, line_number
from marts.fct_plugin_mounts
""",
        "session_id, mount_number",
    ),
    "packages": (
        "select session_id, package_name, package_version, line_number from marts.dim_session_packages",
        "session_id, package_name",
    ),
}
_OUTCOMES = {True: ("mounted", "good"), False: ("no success", "warning"), None: ("unknown", "plain")}
_PARTS = (
    ("before_mounts_ms", "before the first mount"),
    ("mounting_ms", "in mounts"),
    ("between_mounts_ms", "between mounts"),
    ("after_mounts_ms", "after the last mount"),
)


def start_words(rows: Sequence[Row]) -> str:
    """Say how long the start took, in which parts, and what was registered in it; `rows` holds one start or none."""
    if not rows or not rows[0]["has_start"]:
        return "The log shows nothing of this session's start."
    (row,) = rows
    parts = [f"{format_duration(row[name])} {words}" for name, words in _PARTS if row[name] is not None]
    length = "How long the start took is not known: the log has no stamps, or nothing was played or done after it"
    if row["startup_ms"] is not None:
        size = format_duration(row["startup_ms"]) if row["startup_ms"] else "less than a step of the log's clock"
        length = f"The start took {size}" + (f": {', '.join(parts)}" if parts else "")
    failed = f", {row['failed_mount_count']:,} of them without success" if row["failed_mount_count"] else ""
    counts = (
        plural(row["mount_count"], "mount") + failed,
        plural(row["registered_sequence_count"], "registered sequence"),
        f"{plural(row['subscription_count'], 'subscription')} of {plural(row['subscribed_topic_count'], 'topic')}",
    )
    return f"{length}. {'; '.join(counts)}."


def mount_table(rows: Sequence[Row], page: str, render: TableRenderer = render_table) -> Markup:
    """Return the mounts in the order of the log."""
    columns = (
        Column("No.", is_number=True),
        Column("Plugin"),
        Column("Outcome"),
        Column("Duration", "ms", True, "From the attempt to its outcome; stamps are whole milliseconds"),
        Column("Again", "", False, "The plugin was mounted before, and this mount adds to it"),
        Column("Message"),
        Column("Line", is_number=True),
    )
    cells = [
        [
            count_cell(row["mount_number"]),
            plugin_cell(row["plugin_name"], page),
            badge_cell(*_OUTCOMES[row["is_success"]]),
            number_cell(row["duration_ms"]),
            text_cell("yes" if row["is_already_mounted"] else None),
            text_cell(row["failure_message"]),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            ),
        ]
        for row in rows
    ]
    return render(columns, cells, caption="Mounts", empty="This log does not say which plugins were mounted.")


def package_table(rows: Sequence[Row], page: str) -> Markup:
    """Return the packages the session reports."""
    columns = (Column("Package"), Column("Version"), Column("Line", is_number=True))
    cells = [
        [
            text_cell(row["package_name"]),
            text_cell(row["package_version"]),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            ),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Packages", empty="This log reports no versions of packages.")
