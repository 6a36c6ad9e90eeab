"""A page per topic: declared routes beside those taken, who publishes and listens, counts, deviations, lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import Cell, Column, code_cell, count_cell, link_cell, number_cell, render_table, text_cell
from docs_site.pages.performance_tables import interval_cell
from docs_site.pages.topic_routes import ROUTE_COLUMNS, route_cells
from docs_site.parts.dependency_tables import edges_table
from docs_site.parts.deviation_table import deviation_table
from docs_site.parts.error_tables import group_table
from docs_site.parts.parameter_table import parameter_table
from docs_site.parts.words import plain_words
from docs_site.queries import topic_facts
from docs_site.queries.parameters import load_parameters
from docs_site.queries.validation import load_routes
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, by_key


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the pages of all topics."""
    window = load_window(warehouse)
    beats, edges = topic_facts.load_topic_beats(warehouse), topic_facts.load_topic_edges(warehouse)
    routes = by_key(load_routes(warehouse), "topic")
    declarations = topic_facts.load_topic_declarations(lake)
    lines = topic_facts.load_topic_lines(warehouse, lake)
    subscriptions = topic_facts.load_topic_subscriptions(warehouse)
    deviations, errors = topic_facts.load_topic_deviations(warehouse), topic_facts.load_topic_errors(warehouse)
    parameters = load_parameters(warehouse, "topic")
    for topic in topic_facts.load_topics(warehouse):
        name, page = topic["topic"], links.topic_url(topic["topic_id"])
        handlers = beats.get(name, [])
        body = render(
            "topic.md.jinja",
            page,
            window=window,
            topic=topic,
            owners=sorted({row["owners"] for row in handlers if row["owners"]}),
            handler_count=len({row["handler_id"] for row in handlers if row["handler_id"]}),
            tested_count=len({row["handler_id"] for row in handlers if row["test_file_count"]}),
            declarations=_declaration_table(declarations.get(name, [])),
            routes=render_table(
                ROUTE_COLUMNS[1:],
                [route_cells(row, page) for row in routes.get(name, [])],
                caption="Routes",
                empty="No route from this topic is declared, and none was taken.",
            ),
            beats=_beat_table(handlers, page),
            edges=edges_table(
                edges.get(name, []), page, options, "No handler is known to reach another through this topic."
            ),
            subscriber_count=len(subscriptions.get(name, [])),
            subscriptions=_subscription_table(subscriptions.get(name, []), page),
            parameters=parameter_table(
                parameters.get(name, []), page, "No key is known to be read or written by handlers of this topic."
            ),
            deviations=deviation_table(
                deviations.get(name, []),
                page,
                options.code_url,
                f"No deviation names it in {plural(window.session_count, 'session')}.",
                "Deviations of this topic",
            ),
            errors=group_table(
                errors.get(name, []),
                page,
                options,
                caption="Errors of this topic",
                empty=f"No error at this topic in {plural(window.session_count, 'session')}.",
            ),
            lines=_line_table(lines.get(name, []), page),
            links=links,
        )
        yield Page(page, f"Topic {name}", body)


def _declaration_table(rows: Sequence[Row]) -> Markup:
    columns = (Column("Manifest"), Column("As"), Column("Plugin"), Column("Leads to"))
    cells = [
        [
            code_cell(row["declaration_file_path"]),
            text_cell(row["route_kind"]),
            text_cell(row["plugin_name"]),
            code_cell(row["sequence_key"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Declarations", empty="No manifest declares this topic.")


def _beat_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Sequence"),
        Column("Beat", is_number=True),
        Column("Title"),
        Column("Handler"),
        Column("Timing"),
        Column("Executions", is_number=True),
        Column("Failed", is_number=True),
        Column("p50", "ms", True, "Of the beat, with its 95% interval; not given below 20 executions"),
        Column("p95", "ms", True, "Of the beat, with its 95% interval; not given below 20 executions"),
        Column("Max", "ms", True),
        Column("Test files", is_number=True),
        Column("Declared at"),
    )
    cells = [
        [
            link_cell(row["sequence_name"], links.relative_link(page, links.sequence_url(row["sequence_id"]))),
            count_cell(row["beat_number"]),
            text_cell(row["beat_title"]),
            link_cell(
                row["handler_name"],
                links.relative_link(page, links.handler_url(row["handler_id"])) if row["handler_id"] else None,
            ),
            text_cell(row["timing"]),
            count_cell(row["execution_count"]),
            count_cell(row["failed_count"]),
            interval_cell(row["p50_ms"], row["p50_low_ms"], row["p50_high_ms"]),
            interval_cell(row["p95_ms"], row["p95_low_ms"], row["p95_high_ms"]),
            number_cell(row["max_ms"]),
            count_cell(row["test_file_count"]),
            code_cell(f"{row['declaration_file_path']} {row['declaration_json_path']}"),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Beats", empty="No beat declares this topic.")


def _subscription_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("Subscriber"),
        Column("For"),
        Column("After start", "s", True, "Median time from the first stamp of the session to the subscription"),
        Column("Subscriptions", "", True, "Opens the line of the latest"),
        Column("Sessions", is_number=True),
        Column("Twice", "", True, "Subscribed while it listened already: it is called twice"),
        Column("Ended", "", True, "Subscriptions that the log says ended"),
    )
    cells = [
        [
            link_cell(row["plugin_name"], _plugin(row["plugin_name"], page)),
            link_cell(
                " · ".join(filter(None, (row["sequence_name"] or row["sequence_key"], row["handler_name"]))) or None,
                links.relative_link(page, links.sequence_url(row["sequence_id"])) if row["sequence_id"] else None,
            ),
            number_cell(None if row["wait_p50_ms"] is None else row["wait_p50_ms"] / 1000),
            count_cell(
                row["subscription_count"],
                links.relative_link(page, links.lines_url(row["session_id"], row["line_number"])),
            ),
            count_cell(row["session_count"]),
            count_cell(row["duplicate_count"]),
            count_cell(row["ended_count"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Subscriptions", empty="No log shows a subscription to this topic.")


def _plugin(name: str | None, page: str) -> str | None:
    return links.relative_link(page, links.plugin_url(name)) if name else None


def _line_table(rows: Sequence[Row], page: str) -> Markup:
    columns = (
        Column("What the log says"),
        Column("Records", is_number=True),
        Column("First line", is_number=True),
        Column("Latest line", is_number=True),
    )
    cells = [
        [
            text_cell(plain_words(row["signal"])),
            count_cell(row["record_count"]),
            _line_cell(row["first_session_id"], row["first_line_number"], page),
            _line_cell(row["last_session_id"], row["last_line_number"], page),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Lines", empty="No line of the logs names this topic.")


def _line_cell(session_id: str | None, line_number: int | None, page: str) -> Cell:
    if not session_id or not line_number:
        return count_cell(None)
    return count_cell(line_number, links.relative_link(page, links.lines_url(session_id, line_number)))
