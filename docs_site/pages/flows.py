"""The flows page: whether each observed flow follows its declared sequence, and what deviates."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.overview import conformance_figure
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
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
from docs_site.pages.flow_sections import accepted_table, fitness_table, temporal_table, validation_table
from docs_site.parts.deviation_table import deviation_table
from docs_site.parts.words import deviation_words, tone
from docs_site.queries.deviations import is_alarm, load_deviations
from docs_site.queries.given import load_given
from docs_site.queries.validation import load_temporal, load_validation
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, load_rows

_CONFORMANCE = """
select * from reports.rpt_sequence_conformance where flow_count > 0
order by conformance_pct, critical_count desc, warning_count desc, flow_count desc, sequence_name
"""
_UNSEEN = "select count(*) as unseen_count from reports.rpt_sequence_conformance where flow_count = 0"
_TOTALS = """
select count(*) as flow_count, count(*) filter (where is_conformant) as conformant_count,
       (select count(*) from marts.dim_sequences) as declared_count,
       count(*) filter (where status = 'completed') as completed_count,
       count(*) filter (where status = 'failed') as failed_count,
       count(*) filter (where status in ('incomplete', 'never_started', 'cancelled')) as unended_count,
       count(distinct sequence_id) as sequence_count
from marts.fct_flows
"""
_CLASSES = """
select deviation_class, severity, count(*) filter (where not is_accepted and not is_consequence) as deviation_count,
       count(*) filter (where is_consequence and not is_accepted) as consequence_count,
       count(*) filter (where is_accepted) as accepted_count, count(distinct flow_id) as flow_count,
       count(distinct session_id) as session_count, count(distinct sequence_name) as sequence_count,
       min(emitted_at) as first_seen_at, max(emitted_at) as last_seen_at
from marts.fct_flow_deviations group by deviation_class, severity
order by case severity when 'critical' then 0 when 'warning' then 1 else 2 end, deviation_count desc, deviation_class
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the flows page."""
    page = links.FLOWS
    rows = load_rows(warehouse, _CONFORMANCE)
    groups = load_deviations(warehouse)
    accepted = [group for group in groups if group["is_accepted"]]
    consequences = [group for group in groups if group["is_consequence"] and not group["is_accepted"]]
    notes = [group for group in groups if group["severity"] == "info" and group not in accepted]
    window, given = load_window(warehouse), load_given(warehouse)
    validation = load_validation(warehouse)
    times = load_temporal(warehouse)
    body = render(
        "flows.md.jinja",
        page,
        window=window,
        totals=load_rows(warehouse, _TOTALS)[0],
        unseen_count=load_rows(warehouse, _UNSEEN)[0]["unseen_count"],
        conformance=conformance_figure(rows, page),
        classes=_class_table(load_rows(warehouse, _CLASSES), given.claim("No deviation of any class.", "flows")),
        **_validated(validation),
        validation=validation_table(validation),
        alarms=deviation_table(
            list(filter(is_alarm, groups)),
            page,
            options.code_url,
            given.claim(f"No deviation worth a warning in {window.sentence}.", "flows"),
            "Deviations with a warning",
        ),
        consequences=deviation_table(
            consequences,
            page,
            options.code_url,
            given.claim("Nothing follows from another deviation.", "flows"),
            "What follows from others",
        ),
        accepted=accepted_table(warehouse),
        accepted_groups=deviation_table(
            accepted, page, options.code_url, "No deviation is accepted.", "Accepted deviations"
        ),
        accepted_count=sum(group["deviation_count"] for group in accepted),
        notes=deviation_table(notes, page, options.code_url, "Nothing to note.", "What healthy flows do every time"),
        sequences=_sequence_table(rows, page),
        fitness=fitness_table(warehouse, page),
        times=temporal_table(times, page, given.claim("No time between beats was unusual.", "flows")),
        links=links,
    )
    yield Page(page, "Flows", body, FIGURE_ASSETS)


def _validated(validation: Sequence[Row]) -> dict[str, object]:
    by_state = {row["validation_state"]: row for row in validation}
    validated = by_state.get("validated", {"flow_count": 0})
    started = sum(row["flow_count"] for row in validation if row["validation_state"] != "never_started")
    share = 100 * validated["flow_count"] / started if started else None
    return {"validated": validated, "started_count": started, "validated_pct": share}


def _class_table(rows: Sequence[Row], empty: str) -> Markup:
    columns = (
        Column("Severity"),
        Column("What happened"),
        Column("Class"),
        Column("Cases", is_number=True),
        Column("Consequences", is_number=True, hint="Follow from another deviation"),
        Column("Accepted", is_number=True),
        Column("Flows", is_number=True),
        Column("Sequences", is_number=True),
        Column("Sessions", is_number=True),
        Column("First seen", "UTC"),
        Column("Last seen", "UTC"),
    )
    cells = [
        [
            badge_cell(row["severity"], tone(row["severity"])),
            text_cell(deviation_words(row["deviation_class"])),
            text_cell(row["deviation_class"]),
            count_cell(row["deviation_count"]),
            count_cell(row["consequence_count"]),
            count_cell(row["accepted_count"]),
            count_cell(row["flow_count"]),
            count_cell(row["sequence_count"]),
            count_cell(row["session_count"]),
            time_cell(row["first_seen_at"]),
            time_cell(row["last_seen_at"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Deviations by class", empty=empty)


def _sequence_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Sequence"),
        Column("Plugin"),
        Column("Flows", is_number=True),
        Column("As declared", is_number=True, hint="Flows without a deviation of severity warning or critical"),
        Column("As declared", "%", True),
        Column("Completed", is_number=True),
        Column("Failed", is_number=True),
        Column("Never ended", is_number=True),
        Column("Never started", is_number=True),
        Column("Variants", is_number=True, hint="Distinct orders of beats"),
        Column("Warnings", is_number=True),
        Column("Critical", is_number=True),
        Column("p50", "ms", True),
        Column("p95", "ms", True),
    )
    return render_table(
        columns,
        [_sequence_row(row, page) for row in rows],
        caption="Conformance by sequence",
        empty="No flow was seen.",
    )


def _sequence_row(row: Row, page: str) -> list[Cell]:
    address = links.relative_link(page, links.sequence_url(row["sequence_id"])) if row["sequence_id"] else None
    enough = row["flow_count"] >= 20
    return [
        link_cell(row["sequence_name"], address),
        text_cell(row["plugin_name"]),
        count_cell(row["flow_count"]),
        count_cell(row["conformant_flow_count"]),
        pct_cell(row["conformance_pct"]),
        count_cell(row["completed_count"]),
        count_cell(row["failed_count"]),
        count_cell(row["incomplete_count"]),
        count_cell(row["never_started_count"]),
        count_cell(row["variant_count"]),
        count_cell(row["warning_count"]),
        count_cell(row["critical_count"]),
        number_cell(row["p50_ms"] if enough else None),
        number_cell(row["p95_ms"] if enough else None),
    ]
