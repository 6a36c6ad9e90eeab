"""The change log of behaviour: per build, what appeared, what vanished, what got slower or faster."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import NOTHING, format_count, plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    html_cell,
    link_cell,
    number_cell,
    render_table,
    text_cell,
)
from docs_site.parts.words import plain_words
from docs_site.queries.behaviour import (
    load_behaviour_changes,
    load_builds,
    load_time_changes,
    load_variant_sequences,
)
from docs_site.queries.changes import take_snapshot
from docs_site.queries.history import all_timing_changes, load_snapshots
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, by_key

_TONES = {"new": "info", "returned": "info", "vanished": "warning"}
_COLUMNS = (
    Column("Change"),
    Column("Kind"),
    Column("What"),
    Column("In sequence"),
    Column("Sessions", hint="Of the build that shows it, and of the other one"),
    Column("Seen", is_number=True, hint="Occurrences in the build that shows it"),
    Column("Chance", is_number=True, hint="That all these sessions fall into one build, if builds made no difference"),
    Column("False discovery rate", is_number=True),
    Column("Line", is_number=True, hint="First line of the build that shows it"),
)
_TIME_COLUMNS = (
    Column("What"),
    Column("Kind"),
    Column("Change", "ms", True),
    Column("from", "ms", True, "Lower end of the 95% interval"),
    Column("to", "ms", True, "Upper end of the 95% interval"),
    Column("Sessions", hint="Before and after"),
    Column("Executions", hint="Before and after"),
    Column("State"),
)
_TIMING_COLUMNS = (
    Column("Beat"),
    Column("Declared timing before"),
    Column("Since"),
    Column("Last seen so", hint="Newest build, and time of publication (UTC)"),
    Column("First seen so", hint="Newest build, and time of publication (UTC)"),
)


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the change log."""
    page, builds = links.BEHAVIOUR, load_builds(warehouse)
    changes = by_key(load_behaviour_changes(warehouse), "build")
    times, sequences = by_key(load_time_changes(warehouse), "bad_build"), load_variant_sequences(warehouse)
    steps = [
        _step(now, before, changes.get(now["build"], []), times.get(now["build"], []), sequences)
        for now, before in pairwise(builds)
    ]
    body = render(
        "behaviour.md.jinja",
        page,
        window=load_window(warehouse),
        steps=steps,
        build_count=len(builds),
        timings=_timing_table(warehouse, options.history),
    )
    yield Page(page, "Changes of behaviour", body)


def _timing_table(warehouse: Path, history: Path | None) -> Markup:
    snapshots = [*load_snapshots(history), take_snapshot(warehouse, "", ())] if history else []
    rows = [
        [
            text_cell(change.beat),
            text_cell(change.before),
            text_cell(change.now),
            text_cell(f"{change.build_before or NOTHING}, {change.published_before[:16].replace('T', ' ')}"),
            text_cell(f"{change.build or NOTHING}, {change.published_at[:16].replace('T', ' ') or 'now'}"),
        ]
        for change in all_timing_changes(snapshots)
    ]
    empty = "Not known yet: no site with declared beats was published from this home before."
    if sum(bool(snapshot.timings) for snapshot in snapshots) > 1:
        empty = "No beat declares another timing than when a site was published from this home before."
    return render_table(_TIMING_COLUMNS, rows, caption="Declared timing", empty=empty)


def _step(
    now: Row, before: Row, changes: Sequence[Row], times: Sequence[Row], sequences: Mapping[str, str]
) -> dict[str, object]:
    sure = [row for row in changes if row["is_beyond_chance"]]
    unsure = [row for row in changes if not row["is_beyond_chance"]]
    empty = f"Nothing appeared or vanished beyond chance from {before['build']} to {now['build']}."
    counts = Counter((row["behaviour_change_kind"], row["subject_kind"]) for row in changes)
    return {
        "number": now["build_number"],
        "build": now["build"],
        "before": before["build"],
        "sessions": now["session_count"],
        "sessions_before": before["session_count"],
        "first_seen_at": now["first_seen_at"],
        "counts": [f"{plural(n, plain_words(subject))} {kind}" for (kind, subject), n in sorted(counts.items())],
        "sure": _change_table(sure, sequences, empty, f"Changes of {now['build']}"),
        "unsure": _change_table(unsure, sequences, "", f"Possible changes of {now['build']}") if unsure else None,
        "sure_count": len(sure),
        "unsure_count": len(unsure),
        "times": render_table(
            _TIME_COLUMNS,
            [_time_row(row) for row in times],
            caption=f"Times of {now['build']}",
            empty="No handler, beat or sequence got slower or faster beyond chance.",
        ),
    }


def _change_table(rows: Sequence[Row], sequences: Mapping[str, str], empty: str, caption: str) -> Markup:
    return render_table(_COLUMNS, [_change_row(row, sequences) for row in rows], caption=caption, empty=empty)


def _change_row(row: Row, sequences: Mapping[str, str]) -> list[Cell]:
    session, line = row["example_session_id"], row["example_line_number"]
    shown = f"{format_count(row['session_count'])} of {format_count(row['build_session_count'])}"
    return [
        badge_cell(row["behaviour_change_kind"], _TONES[row["behaviour_change_kind"]]),
        text_cell(plain_words(row["subject_kind"])),
        link_cell(row["subject_name"], _address(row, sequences)),
        text_cell(row["sequence_name"] if row["subject_kind"] != "sequence" else None),
        html_cell(text_cell(f"{shown}; none of {format_count(row['other_session_count'])}").html, row["session_count"]),
        count_cell(row["occurrence_count"]),
        number_cell(row["p_value"]),
        number_cell(row["false_discovery_rate"]),
        count_cell(
            line, links.relative_link(links.BEHAVIOUR, links.lines_url(session, line)) if session and line else None
        ),
    ]


def _address(row: Row, sequences: Mapping[str, str]) -> str | None:
    kind, identifier = row["subject_kind"], row["subject_id"]
    if kind == "variant":
        sequence = sequences.get(identifier)
        target = f"{links.sequence_url(sequence)}#variants" if sequence else None
    else:
        target = {
            "sequence": links.sequence_url,
            "handler": links.handler_url,
            "topic": links.topic_url,
            "state_key": links.state_key_url,
            "error": links.error_group_url,
        }[kind](identifier)
    return links.relative_link(links.BEHAVIOUR, target) if target else None


def _time_row(row: Row) -> list[Cell]:
    regressions = links.relative_link(links.BEHAVIOUR, f"{links.REGRESSIONS}#regressions")
    improvements = links.relative_link(links.BEHAVIOUR, f"{links.REGRESSIONS}#improvements")
    sessions = f"{format_count(row['before_session_count'])} and {format_count(row['after_session_count'])}"
    executions = f"{format_count(row['before_execution_count'])} and {format_count(row['after_execution_count'])}"
    return [
        link_cell(row["unit_name"], regressions if row["direction"] == "regression" else improvements),
        text_cell(row["unit_kind"]),
        number_cell(row["change_ms"]),
        number_cell(row["change_ms_low"]),
        number_cell(row["change_ms_high"]),
        html_cell(text_cell(sessions).html, row["after_session_count"]),
        html_cell(text_cell(executions).html, row["after_execution_count"]),
        badge_cell("slower" if row["direction"] == "regression" else "faster", _tone(row)),
    ]


def _tone(row: Row) -> str:
    return "warning" if row["direction"] == "regression" else "good"
