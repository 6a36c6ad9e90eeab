"""The catalogue of sequences: the list, and a page each with declared beside observed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import DIAGRAM_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.beat_latency import beat_latency
from docs_site.figures.sequence_diagram import render_diagram, sequence_diagram
from docs_site.html import links
from docs_site.html.number_format import plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    code_cell,
    count_cell,
    link_cell,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.pages.flow_sections import temporal_table
from docs_site.pages.movement_table import movement_table
from docs_site.pages.performance_tables import interval_cell
from docs_site.pages.sequence_validation import measures_table, route_table, variant_table
from docs_site.pages.what_if_table import what_if_table
from docs_site.parts.budget_tables import budget_badges
from docs_site.parts.deviation_table import deviation_table
from docs_site.parts.error_tables import group_table
from docs_site.parts.parameter_table import parameter_table
from docs_site.parts.replay_section import replay_section
from docs_site.queries.budgets import load_budgets_by_subject
from docs_site.queries.deviations import is_alarm, load_deviations
from docs_site.queries.error_groups import load_groups_by_sequence
from docs_site.queries.movement_facts import load_movements, load_sequence_summaries
from docs_site.queries.parameters import load_parameters
from docs_site.queries.replays import load_missing_values, load_replay_levels
from docs_site.queries.sequence_facts import load_beats, load_steps, load_variants, load_what_ifs
from docs_site.queries.validation import load_fitness, load_routes, load_temporal
from docs_site.queries.window import Window, load_window
from orchestration.warehouse import Row, by_key, load_rows

_SEQUENCES = """
select s.*, coalesce(c.flow_count, 0) as flow_count, coalesce(c.conformant_flow_count, 0) as conformant_flow_count,
       c.conformance_pct, coalesce(c.variant_count, 0) as variant_count, coalesce(c.session_count, 0) as session_count,
       coalesce(c.completed_count, 0) as completed_count, coalesce(c.failed_count, 0) as failed_count,
       coalesce(c.warning_count, 0) + coalesce(c.critical_count, 0) as alarm_count,
       p.p50_ms, p.p50_low_ms, p.p50_high_ms, p.p95_ms, p.p95_low_ms, p.p95_high_ms, p.timed_count, p.total_ms,
       p.self_ms, p.session_share_pct, p.queued_count, p.queue_wait_total_ms, p.queue_wait_p50_ms, p.queue_wait_p95_ms
from marts.dim_sequences s left join reports.rpt_sequence_conformance c using (sequence_id)
left join reports.rpt_sequence_performance p using (sequence_id)
order by s.sequence_name, s.sequence_id
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the list and the pages of all declared sequences."""
    window = load_window(warehouse)
    sequences = load_rows(warehouse, _SEQUENCES)
    table = _sequence_table(sequences)
    body = render("sequences.md.jinja", links.SEQUENCES, window=window, table=table, count=len(sequences))
    yield Page(links.SEQUENCES, "Sequences", body)
    facts = _load_facts(warehouse)
    for sequence in sequences:
        yield _sequence_page(sequence, facts, window, options)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of all sequences, each by sequence_id."""

    beats: dict[str, list[Row]]
    steps: dict[str, list[Row]]
    variants: dict[str, list[Row]]
    deviations: dict[str, list[Row]]
    fitness: dict[str, list[Row]]
    times: dict[str, list[Row]]
    routes: dict[str, list[Row]]
    errors: dict[str, list[Row]]
    replay_levels: dict[str, Row]
    missing_values: dict[str, list[Row]]
    movements: dict[str, list[Row]]
    summaries: dict[str, Row]
    parameters: dict[str, list[Row]]
    what_ifs: dict[str, list[Row]]
    budgets: dict[tuple[str, str], list[Row]]


def _load_facts(warehouse: Path) -> _Facts:
    return _Facts(
        load_beats(warehouse),
        load_steps(warehouse),
        load_variants(warehouse),
        by_key(load_deviations(warehouse), "sequence_id"),
        by_key(load_fitness(warehouse), "sequence_id"),
        by_key(load_temporal(warehouse), "sequence_id"),
        by_key(load_routes(warehouse), "sequence_id"),
        load_groups_by_sequence(warehouse),
        load_replay_levels(warehouse),
        load_missing_values(warehouse),
        load_movements(warehouse),
        load_sequence_summaries(warehouse),
        load_parameters(warehouse, "sequence_name"),
        load_what_ifs(warehouse),
        load_budgets_by_subject(warehouse),
    )


def _sequence_page(sequence: Row, facts: _Facts, window: Window, options: SiteOptions) -> Page:
    identifier = sequence["sequence_id"]
    page = links.sequence_url(identifier)
    beats, groups = facts.beats.get(identifier, []), facts.deviations.get(identifier, [])
    alarms = list(filter(is_alarm, groups))
    source = sequence_diagram(beats, facts.steps.get(identifier, []), alarms)
    label = f"{sequence['sequence_name']}: declared beats with the observed counts"
    empty = f"No deviation in {plural(sequence['flow_count'], 'flow')}."
    others = [group for group in groups if not is_alarm(group)]
    body = render(
        "sequence.md.jinja",
        page,
        window=window,
        test_count=sum(text.sequence_key == sequence["sequence_key"] for text in options.tests),
        sequence=sequence,
        diagram=render_diagram(source, label) if source else None,
        latency=beat_latency(beats),
        what_ifs=what_if_table(facts.what_ifs.get(identifier, [])),
        budgets=budget_badges(facts.budgets.get(("sequence", identifier), [])),
        beats=_beat_table(beats, page, facts.budgets),
        summary=facts.summaries[identifier],
        movements=movement_table(facts.movements.get(identifier, []), page),
        parameters=parameter_table(
            facts.parameters.get(sequence["sequence_name"], []),
            page,
            "No key is known to be read or written by handlers of this sequence.",
        ),
        measures=measures_table(next(iter(facts.fitness.get(identifier, [])), None), sequence),
        variants=variant_table(facts.variants.get(identifier, []), page),
        deviations=deviation_table(alarms, page, options.code_url, empty, "Deviations of this sequence"),
        others=deviation_table(others, page, options.code_url, "", "Accepted, consequences and notes")
        if others
        else "",
        times=temporal_table(facts.times.get(identifier, []), page),
        routes=route_table(facts.routes.get(identifier, []), page),
        errors=group_table(
            facts.errors.get(identifier, []),
            page,
            options,
            caption="Errors in flows of this sequence",
            empty=f"No error in {plural(sequence['flow_count'], 'flow')}.",
        ),
        replay=replay_section(facts.replay_levels.get(identifier), facts.missing_values.get(identifier, []), page),
        links=links,
    )
    return Page(page, sequence["sequence_name"], body, DIAGRAM_ASSETS if source else ())


def _sequence_table(sequences: Sequence[Row]) -> Markup:
    columns = (
        Column("Sequence"),
        Column("Plugin"),
        Column("Beats", is_number=True),
        Column("Movements", is_number=True),
        Column("Flows", is_number=True),
        Column("Sessions", is_number=True),
        Column("As declared", "%", True),
        Column("Deviations", is_number=True),
        Column("p50", "ms", True, "Not given below 20 flows"),
        Column("Declared in"),
    )
    cells = [
        [
            link_cell(
                row["sequence_name"], links.relative_link(links.SEQUENCES, links.sequence_url(row["sequence_id"]))
            ),
            text_cell(row["plugin_name"]),
            count_cell(row["beat_count"]),
            count_cell(row["movement_count"]),
            count_cell(row["flow_count"]),
            count_cell(row["session_count"]),
            pct_cell(row["conformance_pct"] if row["flow_count"] else None),
            count_cell(row["alarm_count"]),
            number_cell(row["p50_ms"]),
            code_cell(row["declaration_file_path"]),
        ]
        for row in sequences
    ]
    return render_table(columns, cells, caption="Declared sequences", empty="No sequence is declared.")


def _beat_table(beats: Sequence[Row], page: str, budgets: dict[tuple[str, str], list[Row]]) -> Markup:
    columns = (
        Column("Beat", is_number=True),
        Column("Movement"),
        Column("Title"),
        Column("Topic"),
        Column("Handler"),
        Column("Kind"),
        Column("Timing"),
        Column("Executions", is_number=True),
        Column("Failed", is_number=True),
        Column("p50", "ms", True, "With its 95% interval; not given below 20 executions"),
        Column("p95", "ms", True, "With its 95% interval; not given below 20 executions"),
        Column("Max", "ms", True),
        Column("Declared at"),
    )
    rows = [_beat_row(beat, page, budget_badges(budgets.get(("beat", beat["beat_id"]), []))) for beat in beats]
    return render_table(columns, rows, caption="Beats", empty="This sequence declares no beat.")


def _beat_row(beat: Row, page: str, budgets: Markup) -> list[Cell]:
    handler = links.relative_link(page, links.handler_url(beat["handler_id"])) if beat["handler_id"] else None
    return [
        count_cell(beat["beat_number"]),
        text_cell(beat["movement_name"]),
        _titled(text_cell(beat["beat_title"]), budgets),
        code_cell(beat["topic"]),
        link_cell(beat["handler_name"], handler),
        text_cell(beat["beat_kind"]),
        text_cell(beat["timing"]),
        count_cell(beat["execution_count"]),
        count_cell(beat["failed_count"]),
        interval_cell(beat["p50_ms"], beat["p50_low_ms"], beat["p50_high_ms"]),
        interval_cell(beat["p95_ms"], beat["p95_low_ms"], beat["p95_high_ms"]),
        number_cell(beat["max_ms"]),
        code_cell(beat["declaration_json_path"]),
    ]


def _titled(cell: Cell, budgets: Markup) -> Cell:
    """Return the cell of a title with the budgets of its beat below it."""
    return replace(cell, html=cell.html + Markup("<br><small>{}</small>").format(budgets)) if budgets else cell
