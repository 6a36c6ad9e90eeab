"""The state tracker: what stands out, who writes and reads which key, and a page per key."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.state_matrix import state_matrix_figure
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Column,
    code_cell,
    count_cell,
    link_cell,
    render_table,
    text_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.parts.state_tables import changes_table, findings_table, keys_table, pairs_table
from docs_site.queries import state_facts
from docs_site.queries.given import Given, load_given
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, by_key

_CLASSES = (
    ("purity_violation", "declared pure, and change state or publish"),
    ("write_write_race", "writes of one key in no fixed order"),
    ("undeclared_writer", "changes by handlers no sequence declares"),
    ("read_before_written", "keys read before the first beat that writes them"),
    ("occasional_change", "changes only some flows make"),
    ("never_read", "keys written, and read by no function"),
    ("write_not_in_code", "changes whose key the handler's code does not name"),
)


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the state page and the pages of all keys."""
    window = load_window(warehouse)
    keys, pairs = state_facts.load_keys(warehouse), state_facts.load_pairs(warehouse)
    findings = state_facts.load_findings(warehouse)
    figure = state_matrix_figure(pairs, keys, links.STATE)
    body = render(
        "state.md.jinja",
        links.STATE,
        window=window,
        totals=state_facts.load_totals(warehouse),
        classes=_counted(findings),
        findings=findings_table(findings, links.STATE, options, "Nothing about the state stands out."),
        figure_or_none=figure,
        key_count=len(keys),
        keys=keys_table(keys, links.STATE),
        links=links,
    )
    yield Page(links.STATE, "State", body, FIGURE_ASSETS if figure else ())
    yield from _key_pages(warehouse, keys, pairs, findings, options)


def _counted(findings: Sequence[Row]) -> list[tuple[str, str, int]]:
    found = by_key(list(findings), "finding_class")
    return [(name, words, len(found.get(name, ()))) for name, words in _CLASSES]


def _key_pages(
    warehouse: Path, keys: Sequence[Row], pairs: Sequence[Row], findings: Sequence[Row], options: SiteOptions
) -> Iterator[Page]:
    window, given = load_window(warehouse), load_given(warehouse)
    pairs_of, found_of = (
        by_key(list(pairs), "state_key"),
        by_key([row for row in findings if row["state_key"]], "state_key"),
    )
    readers = by_key(state_facts.load_readers(warehouse), "state_key")
    stories, values = state_facts.load_stories(warehouse), state_facts.load_values(warehouse)
    sequences = state_facts.load_sequences(warehouse)
    for key in keys:
        name, page = key["state_key"], links.state_key_url(key["state_key_id"])
        story = stories.get(name, [])
        body = render(
            "state_key.md.jinja",
            page,
            window=window,
            key=key,
            findings=findings_table(found_of.get(name, []), page, options, "Nothing about this key stands out."),
            handlers=pairs_table(
                pairs_of.get(name, []), page, options, by_handler=False, empty="No handler touches it."
            ),
            readers=_reader_table(readers.get(name, []), options, given),
            story_name=story[0]["sequence_name"] if story else None,
            story=changes_table(story, page, "The logs show no change of this key."),
            values=_value_table(values.get(name, []), page),
            sequences=_sequence_table(sequences.get(name, []), page),
            links=links,
        )
        yield Page(page, f"Key {name}", body)


def _reader_table(rows: Sequence[Row], options: SiteOptions, given: Given) -> Markup:
    columns = (Column("Function"), Column("Reads it at"))
    cells = [
        [
            code_cell(row["code_function_name"] or "(top of the file)"),
            place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        ]
        for row in rows
    ]
    empty = given.claim("No function of the scanned code does.", "files")
    return render_table(columns, cells, caption="Functions that read it", empty=empty)


def _value_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Type"),
        Column("Shape"),
        Column("Changes", is_number=True),
        Column("Example"),
        Column("Line", is_number=True),
    )
    cells = [
        [
            text_cell(row["value_type"]),
            text_cell(row["value_shape"]),
            count_cell(row["mutation_count"]),
            code_cell(row["example"]),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            ),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Values", empty="No preview shows a value of this key.")


def _sequence_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Sequence"),
        Column("Changes", is_number=True),
        Column("Flows", is_number=True),
        Column("Sessions", is_number=True),
    )
    cells = [
        [
            link_cell(
                row["sequence_name"],
                links.relative_link(page, links.sequence_url(row["sequence_id"])) if row["sequence_id"] else None,
            ),
            count_cell(row["mutation_count"]),
            count_cell(row["flow_count"]),
            count_cell(row["session_count"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Sequences", empty="No flow changed it.")
