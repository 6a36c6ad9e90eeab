"""The catalogue of topics and plugins."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import (
    Cell,
    Column,
    count_cell,
    html_cell,
    link_cell,
    link_html,
    render_table,
    text_cell,
)
from docs_site.pages.topic_routes import tally_routes, topic_cell, topic_routes_table
from docs_site.queries.validation import load_routes
from docs_site.queries.window import load_window
from orchestration.warehouse import Row, load_raw, load_rows

_TOPICS = """
with declared as (
    select topic, list(distinct {id: sequence_id, name: sequence_name} order by {id: sequence_id, name: sequence_name})
               as sequences,
           list(distinct {id: handler_id, name: handler_name} order by {id: handler_id, name: handler_name})
               filter (where handler_id is not null) as handlers
    from marts.dim_beats where topic is not null group by topic
),
beats as (
    select topic, count(*) as beat_execution_count, count(distinct session_id) as session_count
    from marts.fct_beat_executions where topic is not null group by topic
),
handled as (
    select topic, count(*) as handler_execution_count from marts.fct_handler_executions
    where topic is not null group by topic
)
select topic, sequences, handlers, coalesce(beat_execution_count, 0) as beat_execution_count,
       coalesce(handler_execution_count, 0) as handler_execution_count, coalesce(session_count, 0) as session_count
from declared full join beats using (topic) full join handled using (topic)
order by topic
"""
_IDS = "select topic, topic_id from marts.dim_topics"
_ROUTES = """
select topic, count(sequence_key) as route_count, string_agg(distinct sequence_key, ', ' order by sequence_key)
           as routes
from raw group by topic
"""
_PLUGINS = """
with sequences as (
    select plugin_name, count(*) as sequence_count, sum(beat_count) as beat_count from marts.dim_sequences group by all
),
handlers as (
    select plugin_name, count(*) as handler_count, count(*) filter (where is_used) as used_count,
           count(*) filter (where is_tested) as tested_count, sum(execution_count) as execution_count,
           sum(error_count) as error_count
    from reports.rpt_handler_coverage group by all
),
flows as (select plugin_name, count(*) as flow_count from marts.fct_flows group by all)
select plugin_name, coalesce(sequence_count, 0) as sequence_count, coalesce(beat_count, 0) as beat_count,
       coalesce(handler_count, 0) as handler_count, coalesce(used_count, 0) as used_count,
       coalesce(tested_count, 0) as tested_count, coalesce(execution_count, 0) as execution_count,
       coalesce(error_count, 0) as error_count, coalesce(flow_count, 0) as flow_count
from sequences full join handlers using (plugin_name) full join flows using (plugin_name)
where plugin_name is not null order by plugin_name
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the topics page and the plugins page."""
    window = load_window(warehouse)
    routes = {row["topic"]: row for row in load_raw(lake, "topic_routes", _ROUTES)}
    topics = _with_undeclared(load_rows(warehouse, _TOPICS), routes, load_rows(warehouse, _IDS))
    taken = load_routes(warehouse)
    body = render(
        "topics.md.jinja",
        links.TOPICS,
        window=window,
        table=_topic_table(topics, routes),
        count=len(topics),
        routes=topic_routes_table(taken),
        tally=tally_routes(taken),
    )
    yield Page(links.TOPICS, "Topics", body)
    words = {row["plugin_name"]: row["description"] for row in load_raw(lake, "plugins", "select * from raw")}
    plugins = load_rows(warehouse, _PLUGINS)
    body = render(
        "plugins.md.jinja", links.PLUGINS, window=window, table=_plugin_table(plugins, words), count=len(plugins)
    )
    yield Page(links.PLUGINS, "Plugins", body)


def _with_undeclared(topics: list[Row], routes: dict[str, Row], identified: list[Row]) -> list[Row]:
    """Add the topics that no beat names: only declared as routes, or only published."""
    known = {row["topic"] for row in topics}
    ids = {row["topic"]: row["topic_id"] for row in identified}
    nothing = {
        "sequences": None,
        "handlers": None,
        "beat_execution_count": 0,
        "handler_execution_count": 0,
        "session_count": 0,
    }
    others = ({"topic": name} | nothing for name in {*routes, *ids} if name not in known)
    return sorted(({**row, "topic_id": ids.get(row["topic"])} for row in (*topics, *others)), key=_topic)


def _topic(row: Row) -> str:
    return str(row["topic"])


def _topic_table(topics: Sequence[Row], routes: dict[str, Row]) -> Markup:
    columns = (
        Column("Topic"),
        Column("Declared by sequences"),
        Column("Handled by"),
        Column("Beat executions", is_number=True),
        Column("Handler executions", is_number=True),
        Column("Sessions", is_number=True),
        Column("Declared routes"),
    )
    cells = [
        [
            topic_cell(row["topic"], row["topic_id"], links.TOPICS),
            _link_list(row["sequences"], links.sequence_url, links.TOPICS),
            _link_list(row["handlers"], links.handler_url, links.TOPICS),
            count_cell(row["beat_execution_count"]),
            count_cell(row["handler_execution_count"]),
            count_cell(row["session_count"]),
            text_cell(routes.get(row["topic"], {}).get("routes")),
        ]
        for row in topics
    ]
    return render_table(columns, cells, caption="Topics", empty="No topic is declared or was seen.")


def _link_list(items: Sequence[Row] | None, address: Callable[[str], str], page: str) -> Cell:
    parts = [
        link_html(item["name"], links.relative_link(page, address(item["id"]))) for item in items or () if item["name"]
    ]
    return html_cell(Markup("<br>").join(parts) if parts else Markup("\u2013"), len(parts))


def _plugin_table(plugins: Sequence[Row], words: dict[str, str]) -> Markup:
    columns = (
        Column("Plugin"),
        Column("Sequences", is_number=True),
        Column("Beats", is_number=True),
        Column("Handlers", is_number=True),
        Column("Used", is_number=True),
        Column("Tested", is_number=True),
        Column("Flows", is_number=True),
        Column("Executions", is_number=True),
        Column("Errors", is_number=True),
        Column("In its own words"),
    )
    cells = [
        [
            link_cell(row["plugin_name"], links.relative_link(links.PLUGINS, links.plugin_url(row["plugin_name"]))),
            count_cell(row["sequence_count"]),
            count_cell(row["beat_count"]),
            count_cell(row["handler_count"]),
            count_cell(row["used_count"]),
            count_cell(row["tested_count"]),
            count_cell(row["flow_count"]),
            count_cell(row["execution_count"]),
            count_cell(row["error_count"]),
            text_cell(words.get(row["plugin_name"])),
        ]
        for row in plugins
    ]
    return render_table(columns, cells, caption="Plugins", empty="No plugin is declared.")
