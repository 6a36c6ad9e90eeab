"""The catalogue of sequences: the list, and a page each with declared beside observed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site import links
from docs_site.deviation_table import deviation_table
from docs_site.figures.beat_latency import beat_latency
from docs_site.figures.sequence_diagram import render_diagram, sequence_diagram
from docs_site.page import Page
from docs_site.queries.deviations import load_deviations
from docs_site.queries.sequence_facts import by_key, load_beats, load_steps, load_variants
from docs_site.queries.window import Window, load_window
from docs_site.render import render
from docs_site.shared_files import DIAGRAM_ASSETS
from docs_site.site_options import SiteOptions
from docs_site.tables import (
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
from docs_site.warehouse import Row, load_rows

_SEQUENCES = """
select s.*, coalesce(c.flow_count, 0) as flow_count, coalesce(c.conformant_flow_count, 0) as conformant_flow_count,
       c.conformance_pct, coalesce(c.variant_count, 0) as variant_count, coalesce(c.session_count, 0) as session_count,
       coalesce(c.completed_count, 0) as completed_count, coalesce(c.failed_count, 0) as failed_count,
       coalesce(c.warning_count, 0) + coalesce(c.critical_count, 0) as alarm_count, c.p50_ms, c.p95_ms
from marts.dim_sequences s left join reports.rpt_sequence_conformance c using (sequence_id)
order by s.sequence_name, s.sequence_id
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the list and the pages of all declared sequences."""
    window = load_window(warehouse)
    sequences = load_rows(warehouse, _SEQUENCES)
    table = _sequence_table(sequences)
    body = render("sequences.md.jinja", links.SEQUENCES, window=window, table=table, count=len(sequences))
    yield Page(links.SEQUENCES, "Sequences", body)
    beats, steps, variants = load_beats(warehouse), load_steps(warehouse), load_variants(warehouse)
    deviations = by_key([group for group in load_deviations(warehouse) if group["sequence_id"]], "sequence_id")
    for sequence in sequences:
        identifier = sequence["sequence_id"]
        yield _sequence_page(
            sequence,
            beats.get(identifier, []),
            steps.get(identifier, []),
            variants.get(identifier, []),
            deviations.get(identifier, []),
            window,
            options,
        )


def _sequence_page(
    sequence: Row,
    beats: list[Row],
    steps: list[Row],
    variants: list[Row],
    deviations: list[Row],
    window: Window,
    options: SiteOptions,
) -> Page:
    page = links.sequence_url(sequence["sequence_id"])
    source = sequence_diagram(beats, steps)
    label = f"{sequence['sequence_name']}: declared beats with the observed counts"
    body = render(
        "sequence.md.jinja",
        page,
        window=window,
        sequence=sequence,
        diagram=render_diagram(source, label) if source else None,
        latency=beat_latency(beats),
        beats=_beat_table(beats, page),
        variants=_variant_table(variants, page),
        deviations=deviation_table(
            deviations,
            page,
            options.code_url,
            f"No deviation in {sequence['flow_count']} flows.",
            "Deviations of this sequence",
        ),
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
            number_cell(row["p50_ms"] if row["flow_count"] >= 20 else None),
            code_cell(row["declaration_file_path"]),
        ]
        for row in sequences
    ]
    return render_table(columns, cells, caption="Declared sequences", empty="No sequence is declared.")


def _beat_table(beats: Sequence[Row], page: str) -> Markup:
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
        Column("p50", "ms", True, "Not given below 20 executions"),
        Column("p95", "ms", True, "Not given below 20 executions"),
        Column("Max", "ms", True),
        Column("Declared at"),
    )
    return render_table(
        columns, [_beat_row(beat, page) for beat in beats], caption="Beats", empty="This sequence declares no beat."
    )


def _beat_row(beat: Row, page: str) -> list[Cell]:
    handler = links.relative_link(page, links.handler_url(beat["handler_id"])) if beat["handler_id"] else None
    enough = beat["timed_count"] >= 20
    return [
        count_cell(beat["beat_number"]),
        text_cell(beat["movement_name"]),
        text_cell(beat["beat_title"]),
        code_cell(beat["topic"]),
        link_cell(beat["handler_name"], handler),
        text_cell(beat["beat_kind"]),
        text_cell(beat["timing"]),
        count_cell(beat["execution_count"]),
        count_cell(beat["failed_count"]),
        number_cell(beat["quantiles"][1] if enough else None),
        number_cell(beat["quantiles"][2] if enough else None),
        number_cell(beat["max_ms"]),
        code_cell(beat["declaration_json_path"]),
    ]


def _variant_table(variants: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Flows", is_number=True),
        Column("Share", "%", True),
        Column("As declared", is_number=True),
        Column("Completed", is_number=True),
        Column("Sessions", is_number=True),
        Column("Beats in order"),
        Column("Example"),
    )
    total = sum(row["flow_count"] for row in variants)
    cells = [
        [
            count_cell(row["flow_count"]),
            pct_cell(100 * row["flow_count"] / total),
            count_cell(row["conformant_count"]),
            count_cell(row["completed_count"]),
            count_cell(row["session_count"]),
            text_cell(row["beats"] or "no beat"),
            link_cell("timeline", links.relative_link(page, links.timeline_url(row["session_id"], row["flow_id"]))),
        ]
        for row in variants
    ]
    return render_table(columns, cells, caption="Variants", empty="No flow of this sequence was seen.")
