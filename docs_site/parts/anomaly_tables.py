"""The tables of anomalies and of their detectors, as the anomalies, session and handler pages show them."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import format_count, plural
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.parts.anomaly_words import KINDS, class_words, detector_page, detector_words
from docs_site.parts.code_places import place_cell
from docs_site.parts.words import tone
from orchestration.warehouse import Row

_ORDER = {"critical": 2, "warning": 1, "info": 0}
_COLUMNS = (
    Column("Severity"),
    Column("What is unusual"),
    Column("Sequence"),
    Column("Beat", is_number=True),
    Column("Handler"),
    Column("Topic"),
    Column("Expected"),
    Column("Seen"),
    Column("How sure"),
    Column("Cases", is_number=True),
    Column("Session"),
    Column("Line", is_number=True),
    Column("Code"),
    Column("Detector"),
    Column("Seen at", "UTC"),
)


def anomaly_table(
    anomalies: Sequence[Row], page: str, code_url: str | None, caption: str, empty: str, limit: int | None = None
) -> Markup:
    """Return the table of anomalies, in the order given; the first `limit` where there are more."""
    shown = anomalies if limit is None else anomalies[:limit]
    table = render_table(_COLUMNS, [_row(row, page, code_url) for row in shown], caption=caption, empty=empty)
    if len(shown) == len(anomalies):
        return table
    words = f"The first {format_count(len(shown))} of {format_count(len(anomalies))}; all are in marts.fct_anomalies."
    return table + Markup('<p class="sl-note">{}</p>').format(words)


def _row(row: Row, page: str, code_url: str | None) -> list[Cell]:
    def address(target: str | None) -> str | None:
        return links.relative_link(page, target) if target else None

    return [
        badge_cell(row["severity"], tone(row["severity"]), _ORDER.get(row["severity"], 0)),
        text_cell(class_words(row["anomaly_class"])),
        link_cell(row["sequence_name"], address(row["sequence_id"] and links.sequence_url(row["sequence_id"]))),
        count_cell(row["beat_number"]),
        link_cell(row["handler_name"], address(row["handler_id"] and links.handler_url(row["handler_id"]))),
        code_cell(row["topic"]),
        text_cell(row["expected"]),
        text_cell(row["observed"]),
        text_cell(row["certainty"]),
        count_cell(row["occurrence_count"]),
        link_cell(row["session_name"], address(links.session_url(row["session_id"])), "sl-short"),
        count_cell(row["line_number"], address(links.lines_url(row["session_id"], row["line_number"]))),
        place_cell(row["code_file_path"], row["code_line_number"], code_url),
        link_cell(detector_words(row["detector"]), address(detector_page(row["detector"]))),
        time_cell(row["detected_at"]),
    ]


def detector_table(detectors: Sequence[Row], page: str) -> Markup:
    """Return the table of detectors."""
    columns = (
        Column("Detector"),
        Column("How it judges"),
        Column("Sessions judged", is_number=True),
        Column("By at least", hint="Fewest training sessions that any session was judged by"),
        Column("False alarms stated", hint="Share of healthy sessions in which it may give a warning"),
        Column("Warnings", is_number=True),
        Column("Sessions warned", is_number=True),
        Column("Notes", is_number=True),
    )
    return render_table(
        columns, [_detector_row(row, page) for row in detectors], caption="Detectors", empty="No detector ran."
    )


def _detector_row(row: Row, page: str) -> list[Cell]:
    target = detector_page(row["detector"])
    training = row["training_session_count"]
    return [
        link_cell(detector_words(row["detector"]), links.relative_link(page, target) if target else None),
        text_cell(KINDS.get(row["detector_kind"], row["detector_kind"])),
        count_cell(row["judged_session_count"]),
        Cell(text_cell(plural(training, "session") if training else None).html, training),
        Cell(text_cell(_rate_words(row)).html, row["stated_rate"]),
        count_cell(row["warning_count"]),
        count_cell(row["warned_session_count"]),
        count_cell(row["note_count"]),
    ]


def _rate_words(row: Row) -> str:
    if row["detector_kind"] == "declared":
        return "none: no chance is involved"
    if row["stated_rate"] is None:
        return "not judged yet"
    words = f"1 in {format_count(round(1 / row['stated_rate']))} sessions"
    needed = max(0, -(-1 // row["stated_rate"]) - 1)
    if row["smallest_p_value"] and row["smallest_p_value"] > row["stated_rate"]:
        return f"{words}; notes only: warns from {format_count(int(needed))} training sessions on"
    return words
