"""The section on measured accuracy: how many known faults were found, by kind and by check, and which were missed.

The figures are those `sightline prove` keeps; how they are counted is told in docs/how-to/accuracy.md.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import format_count, format_pct, plural
from docs_site.html.tables import Cell, Column, count_cell, link_cell, pct_cell, render_table, text_cell
from docs_site.parts.anomaly_words import detector_words
from docs_site.parts.words import deviation_noun, plain_words

FILE_NAME = "accuracy.json"
LEAST_TRAINING = 20
# What a row of the report must have to be shown; a file of another version is as if it were not there.
_KEYS = {"made_at", "judged_by", "seed", "total", "kinds", "checks", "faults", "simple", "dropped", "slower_builds"}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What the page shows of a measurement."""

    sentence: str
    is_stale: bool
    simple: str
    kinds: Markup
    checks: Markup
    slower_builds: Markup
    missed: Markup


def load_accuracy(quality: Path) -> dict[str, Any] | None:
    """Read the last measurement; None when there is none that can be read."""
    try:
        report = json.loads((quality / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) and report.keys() >= _KEYS else None


def describe_accuracy(
    report: Mapping[str, Any] | None, judged_by: str, sessions: Mapping[str, str], page: str
) -> Accuracy | None:
    """Return the section of a measurement; `sessions` are ids by log file path."""
    if report is None:
        return None
    missed = [fault for fault in report["faults"] if not fault["is_found"]]
    return Accuracy(
        sentence=_sentence(report),
        is_stale=bool(judged_by) and report["judged_by"] != judged_by,
        simple=_simple(report["simple"]),
        kinds=_kind_table(report["kinds"]),
        checks=_check_table(report["checks"]),
        slower_builds=_build_table(report["slower_builds"]),
        missed=_missed_table(missed, report, sessions, page),
    )


def _sentence(report: Mapping[str, Any]) -> str:
    total = report["total"]
    day = datetime.fromisoformat(report["made_at"]).strftime("%-d %b %Y")
    false = sum(row["false_alarms"] for row in report["checks"])
    silent = (
        f" Learned detectors need {LEAST_TRAINING} sessions to judge by, and stayed silent."
        if report["training_session_count"] < LEAST_TRAINING
        else ""
    )
    return (
        f"{format_count(total['found'])} of {plural(total['made'], 'known fault')} found "
        f"({_share(total['found'], total['made'])}%, 95% interval {_interval(total['recall_interval'])}), "
        f"{plural(false, 'false alarm')}. {format_count(total['cause_first'])} are named as the first cause of their "
        f"session, {format_count(total['cause_among_three'])} among the first three. "
        f"Measured on {day}, seed {report['seed']}: one fault in each of "
        f"{format_count(total['made'])} copies of {plural(report['held_out_session_count'], 'held-out session')}, "
        f"judged by {plural(report['training_session_count'], 'other session')}.{silent}"
    )


def _simple(simple: Mapping[str, Any]) -> str:
    if not simple["made"]:
        return ""
    return (
        f"Of {format_count(simple['made'])} faults that a simple rule can find, the rule finds "
        f"{format_count(simple['found'])}, Sightline {format_count(simple['found_by_sightline'])}. In a session nobody "
        f"touched the rules report {simple['findings_per_untouched_session']:g} places on average, Sightline "
        f"{simple['sightline_per_untouched_session']:g}."
    )


def _kind_table(rows: Sequence[Mapping[str, Any]]) -> Markup:
    columns = (
        Column("Fault"),
        Column("Recall", "%", True, "Found of made"),
        Column("95% interval", "%"),
        Column("Found", is_number=True),
        Column("Made", is_number=True),
        Column("Simple rule", "found", True, "What a comparison with the declared beats, or mean + 3 sd, finds"),
        Column("Found by"),
    )
    cells = [
        [
            text_cell(row["title"]),
            pct_cell(100 * row["found"] / row["made"] if row["made"] else None),
            text_cell(_interval(row["recall_interval"])),
            count_cell(row["found"] if row["made"] else None),
            count_cell(row["made"]),
            count_cell(row["found_simply"]),
            text_cell(_named_by(row)),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Known faults found, by kind", empty="No fault was made.")


def _named_by(row: Mapping[str, Any]) -> str | None:
    if not row["made"]:
        return f"Not applicable: {row['why_none']}" if row["why_none"] else "None made; give more --faults"
    return ", ".join(f"{_check_words(check)} ({count})" for check, count in row["named_by"].items()) or None


def _check_table(rows: Sequence[Mapping[str, Any]]) -> Markup:
    columns = (
        Column("Check"),
        Column(
            "Precision", "%", True, "Copies in which what it said was true, of copies in which it said something new"
        ),
        Column("95% interval", "%"),
        Column("Faults named", is_number=True),
        Column("Follow-on findings", is_number=True, hint="True, because of a fault it does not name"),
        Column("False alarms", is_number=True),
        Column("Already there", "sessions", True, "Held-out sessions that show it without any fault made"),
    )
    cells = [
        [
            text_cell(_check_words(row["check"])),
            pct_cell(_precision(row)),
            text_cell(_interval(row["precision_interval"])),
            count_cell(row["named"]),
            count_cell(row["follows"]),
            count_cell(row["false_alarms"]),
            count_cell(row["already_there"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Precision, by check", empty="No check reported anything.")


def _precision(row: Mapping[str, Any]) -> float | None:
    true = row["named"] + row["follows"]
    whole = true + row["false_alarms"]
    return 100 * true / whole if whole else None


def _build_table(slowed: Mapping[str, Any]) -> Markup:
    columns = (
        Column("In a new build"),
        Column("Recall", "%", True, "Found of made"),
        Column("95% interval", "%"),
        Column("Found", is_number=True),
        Column("Made", is_number=True),
        Column("Detectable", "found of", hint="Of changes as large as the comparison says it can see"),
        Column("False alarms", is_number=True, hint="Handlers, beats and sequences called changed that were not"),
    )
    cells = [
        [
            text_cell(row["title"]),
            pct_cell(100 * row["found"] / row["made"] if row["made"] else None),
            text_cell(_interval(row["recall_interval"])),
            count_cell(row["found"]),
            count_cell(row["made"]),
            text_cell(f"{format_count(row['detectable_found'])} of {format_count(row['detectable'])}"),
            count_cell(row["false_alarms"]),
        ]
        for row in slowed["changes"]
        if row["made"]
    ]
    empty = "No build has enough sessions with a clock to be split in two."
    return render_table(columns, cells, caption="Slower handlers found in a new build", empty=empty)


def _missed_table(
    faults: Sequence[Mapping[str, Any]], report: Mapping[str, Any], sessions: Mapping[str, str], page: str
) -> Markup:
    titles = {row["kind"]: row["title"] for row in report["kinds"]}
    columns = (
        Column("Missed fault"),
        Column("Place"),
        Column("Executions", is_number=True),
        Column("Made in a copy of"),
        Column("Lines of the copy"),
    )
    cells = [
        [
            text_cell(titles.get(fault["kind"], plain_words(fault["kind"]))),
            text_cell(fault["handler_name"] or fault["topic"] or fault["sequence_name"] or "the whole application"),
            count_cell(fault["execution_count"]),
            _session_cell(fault["original_path"], sessions, page),
            text_cell(f"{format_count(fault['first_line'])} to {format_count(fault['last_line'])}"),
        ]
        for fault in faults
    ]
    return render_table(columns, cells, caption="Missed faults", empty="No fault was missed.")


def _session_cell(path: str, sessions: Mapping[str, str], page: str) -> Cell:
    session = sessions.get(path)
    return link_cell(path, links.relative_link(page, links.session_url(session)) if session else None)


def _check_words(check: str) -> str:
    words = detector_words(check)
    return words if words != plain_words(check) else deviation_noun(check)


def _share(part: int, whole: int) -> str:
    return format_pct(100 * part / whole) if whole else "0"


def _interval(bounds: Sequence[float] | None) -> str | None:
    return None if bounds is None else f"{bounds[0]:.0f} to {bounds[1]:.0f}"
