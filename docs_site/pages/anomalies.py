"""The anomalies page: what is unusual now, by session, and the detectors with what they may cost."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.anomalies import sessions_figure
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.parts.anomaly_tables import anomaly_table, detector_table
from docs_site.parts.anomaly_words import class_words
from docs_site.queries.anomalies import load_anomalies, load_detectors, load_sessions
from docs_site.queries.window import Window, load_window
from orchestration.warehouse import Row

_FIRST = 5


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the anomalies page."""
    page = links.ANOMALIES
    anomalies, detectors = load_anomalies(warehouse), load_detectors(warehouse)
    window = load_window(warehouse)
    alarms = [row for row in anomalies if row["severity"] != "info"]
    notes = [row for row in anomalies if row["severity"] == "info"]
    figure = sessions_figure(anomalies, load_sessions(warehouse), page)
    body = render(
        "anomalies.md.jinja",
        page,
        window=window,
        alarm_count=len(alarms),
        note_count=len(notes),
        warned_count=len({row["session_id"] for row in alarms}),
        learned_count=len([row for row in alarms if row["p_value"] is not None]),
        learning=learning_sentence(detectors, window),
        is_learnt=any(row["stated_rate"] is not None for row in detectors),
        first=[_first(row) for row in _first_of_each(alarms)[:_FIRST]],
        figure_drawn=figure,
        alarms=anomaly_table(
            alarms, page, options.code_url, "Warnings", f"Nothing worth a warning in {window.sentence}."
        ),
        notes=anomaly_table(notes, page, options.code_url, "Notes", "Nothing to note."),
        detectors=detector_table(detectors, page),
        links=links,
    )
    yield Page(page, "Anomalies", body, FIGURE_ASSETS if figure else ())


def learning_sentence(detectors: Sequence[Row], window: Window) -> str:
    """Say what the judgement rests on, and what more sessions would allow."""
    learned = [row for row in detectors if row["stated_rate"] is not None]
    if not learned:
        return (
            f"Judged by declared knowledge alone: {window.session_count} sessions are too few to learn what is usual. "
            "From 21 sessions on each is judged by the others as well."
        )
    fewest = min(row["training_session_count"] for row in learned)
    silent = [row for row in learned if row["smallest_p_value"] and row["smallest_p_value"] > row["stated_rate"]]
    words = f"Every session is judged by at least {fewest} others, never by itself."
    if not silent:
        return words
    needed = max(int(1 / row["stated_rate"]) for row in silent)
    return (
        f"{words} Detectors that compare with whole sessions, {len(silent)} of {len(detectors)}, only note: "
        f"with {fewest} sessions nothing is rarer than 1 in {fewest + 1}; from about {needed} on they warn too."
    )


def _first_of_each(alarms: Sequence[Row]) -> list[Row]:
    """Return the worst anomaly of each detector, the worst first: five of a kind would hide the other kinds."""
    seen: dict[str, Row] = {}
    for row in alarms:
        seen.setdefault(row["detector"], row)
    return list(seen.values())


def _first(row: Row) -> dict[str, object]:
    """Say an anomaly in two lines."""
    where = ", ".join(
        str(part) for part in (row["sequence_name"], row["handler_name"] or row["topic"] or row["plugin_name"]) if part
    )
    words = class_words(row["anomaly_class"])
    return {
        "title": f"{words[0].upper()}{words[1:]}" + (f": {where}" if where else ""),
        "address": links.lines_url(row["session_id"], row["line_number"]),
        "why": f"Expected: {row['expected']}. Seen: {row['observed']}.",
        # Declared knowledge needs no number beside it.
        "sure": row["certainty"] if row["p_value"] is not None else "",
    }
