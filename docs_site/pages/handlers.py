"""The catalogue of handlers: the list, and a page each: code, declarations, durations, errors, tests, exemplars."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.distribution import distribution_figure, trend_figure
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.paged_table import PAGED_ASSETS
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
    time_cell,
)
from docs_site.pages.coverage import never_seen_bound_pct
from docs_site.pages.handler_executions import executions_table
from docs_site.pages.handler_tests import count_reaching_tests, reaching_tests_table
from docs_site.parts.code_places import place_cell, place_html
from docs_site.parts.error_tables import group_table
from docs_site.parts.handler_sections import load_sections
from docs_site.parts.words import tone
from docs_site.queries import handler_facts
from docs_site.queries.durations import ENOUGH
from docs_site.queries.error_groups import load_groups_by_handler
from docs_site.queries.executions import MOST_EXECUTIONS
from docs_site.queries.window import load_window
from orchestration.warehouse import Row


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the list and the pages of all handlers."""
    window = load_window(warehouse)
    handlers = handler_facts.load_handlers(warehouse)
    table = _handler_table(handlers, options)
    body = render("handlers.md.jinja", links.HANDLERS, window=window, table=table, count=len(handlers))
    yield Page(links.HANDLERS, "Handlers", body)
    declarations = handler_facts.load_declarations(warehouse)
    histograms, points = handler_facts.load_histograms(warehouse), handler_facts.load_points(warehouse)
    trends, exemplars = handler_facts.load_trends(warehouse), handler_facts.load_exemplars(warehouse)
    errors = load_groups_by_handler(warehouse)
    tests = handler_facts.load_tests(warehouse)
    sections_of = load_sections(warehouse, options)
    for handler in handlers:
        identifier = handler["handler_id"]
        page = links.handler_url(identifier)
        figures = (
            distribution_figure(handler, histograms.get(identifier, []), points.get(identifier, []), page),
            trend_figure(trends.get(identifier, []), page),
        )
        executions = executions_table(warehouse, identifier, page)
        drawn = [figure for figure in figures if figure is not None]
        body = render(
            "handler.md.jinja",
            page,
            window=window,
            handler=handler,
            place=place_html(handler["code_file_path"], handler["code_line_number"], options.code_url),
            candidates=(handler["candidates"] or "").splitlines(),
            figures=drawn,
            enough=handler["timed_count"] >= ENOUGH,
            bound_pct=never_seen_bound_pct(window.session_count),
            declarations=_declaration_table(declarations.get(identifier, []), page),
            exemplars=_exemplar_table(exemplars.get(identifier, []), page),
            errors=group_table(
                errors.get(identifier, []),
                page,
                options,
                caption="Errors of this handler",
                empty=f"No errors in {handler['execution_count']} executions.",
            ),
            tests=reaching_tests_table(tests.get(identifier, []), options),
            test_counts=count_reaching_tests(tests.get(identifier, [])),
            executions=executions.html,
            most_executions=MOST_EXECUTIONS,
            sections=sections_of(identifier, page),
            links=links,
        )
        assets = (*(FIGURE_ASSETS if drawn else ()), *(PAGED_ASSETS if executions.files else ()))
        yield Page(page, handler["handler_name"], body, assets, executions.files)


def _handler_table(handlers: Sequence[Row], options: SiteOptions) -> Markup:
    columns = (
        Column("Handler"),
        Column("Plugin"),
        Column("Executions", is_number=True),
        Column("Sessions", is_number=True),
        Column("p50", "ms", True, "Not given below 20 executions"),
        Column("p95", "ms", True, "Not given below 20 executions"),
        Column("Errors", is_number=True),
        Column("Test files", is_number=True),
        Column("Lines covered", "%", True),
        Column("Resolution"),
        Column("Code"),
    )
    return render_table(
        columns, [_handler_row(row, options) for row in handlers], caption="Handlers", empty="No handler is declared."
    )


def _handler_row(row: Row, options: SiteOptions) -> list[Cell]:
    return [
        link_cell(row["handler_name"], links.relative_link(links.HANDLERS, links.handler_url(row["handler_id"]))),
        text_cell(row["plugin_name"]),
        count_cell(row["execution_count"]),
        count_cell(row["session_count"]),
        number_cell(row["p50_ms"]),
        number_cell(row["p95_ms"]),
        count_cell(row["error_count"]),
        count_cell(row["test_file_count"]),
        pct_cell(row["line_coverage_pct"]),
        badge_cell(row["resolution"], tone(row["resolution"])),
        place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
    ]


def _declaration_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Sequence"),
        Column("Movement"),
        Column("Beat", is_number=True),
        Column("Title"),
        Column("Topic"),
        Column("Kind"),
        Column("Timing"),
        Column("Declared at"),
    )
    cells = [
        [
            link_cell(row["sequence_name"], links.relative_link(page, links.sequence_url(row["sequence_id"]))),
            text_cell(row["movement_name"]),
            count_cell(row["beat_number"]),
            text_cell(row["beat_title"]),
            code_cell(row["topic"]),
            text_cell(row["beat_kind"]),
            text_cell(row["timing"]),
            code_cell(f"{row['declaration_file_path']} {row['declaration_json_path']}"),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Declarations", empty="No declared beat names this handler.")


def _exemplar_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Which"),
        Column("Duration", "ms", True),
        Column("Sequence"),
        Column("Started", "UTC"),
        Column("Status"),
        Column("Line", is_number=True),
        Column("Timeline"),
    )
    cells = [
        [
            text_cell(row["exemplar"]),
            number_cell(row["duration_ms"]),
            text_cell(row["sequence_name"]),
            time_cell(row["started_at"]),
            badge_cell(row["status"], tone(row["status"])),
            count_cell(
                row["line_number"], links.relative_link(page, links.lines_url(row["session_id"], row["line_number"]))
            ),
            link_cell("open", links.relative_link(page, links.timeline_url(row["session_id"], row["flow_id"]))),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Exemplars", empty="No execution of this handler has a duration.")
