"""Sections of a handler's page that other areas own: its state, anomalies, connections, budgets.

Read once for all handlers; each section is finished HTML. What the page itself says of a handler is in
docs_site/pages/handlers.py.
"""

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.tables import link_html
from docs_site.parts.anomaly_tables import anomaly_table
from docs_site.parts.budget_tables import budget_badges
from docs_site.parts.dependency_tables import edges_table
from docs_site.parts.insight_tables import handler_table
from docs_site.parts.parameter_table import parameter_table
from docs_site.parts.state_tables import findings_table, pairs_table
from docs_site.queries import graph_facts, state_facts
from docs_site.queries.anomalies import load_anomalies
from docs_site.queries.budgets import load_budgets_by_subject
from docs_site.queries.insights import load_recommendations
from docs_site.queries.parameters import load_parameters
from orchestration.warehouse import Row, by_key

Sections = dict[str, Markup]

_MOST_ANOMALIES = 50


def load_sections(warehouse: Path, options: SiteOptions) -> Callable[[str, str], Sections]:
    """Return what gives the sections of a handler, by its id and page."""
    advice = by_key([row for row in load_recommendations(warehouse) if row["handler_id"]], "handler_id")
    pairs = by_key(state_facts.load_pairs(warehouse), "handler_id")
    anomalies = by_key([row for row in load_anomalies(warehouse) if row["handler_id"]], "handler_id")
    findings = by_key([row for row in state_facts.load_findings(warehouse) if row["handler_id"]], "handler_id")
    budgets = load_budgets_by_subject(warehouse)

    parameters = load_parameters(warehouse, "handler_id")
    edges: dict[str, list[Row]] = {}
    for edge in graph_facts.load_edges(warehouse):
        for end in {edge["from_handler_id"], edge["to_handler_id"]}:
            edges.setdefault(end, []).append(edge)

    def sections_of(handler_id: str, page: str) -> Sections:
        state = pairs_table(
            pairs.get(handler_id, []),
            page,
            options,
            by_handler=True,
            empty="Neither logs nor code show this handler touching a key of the state.",
        )
        found = findings.get(handler_id, [])
        unusual = anomaly_table(
            anomalies.get(handler_id, []),
            page,
            options.code_url,
            "Anomalies of this handler",
            "Nothing unusual about this handler.",
            _MOST_ANOMALIES,
        )
        return {
            "parameters": parameter_table(
                parameters.get(handler_id, []),
                page,
                "Neither logs nor code show a key this handler reads or writes.",
            ),
            "budgets": budget_badges(budgets.get(("handler", handler_id), [])),
            "advice": handler_table(advice.get(handler_id, []), page),
            "state": state + (findings_table(found, page, options, "") if found else Markup("")),
            "unusual": unusual,
            "neighbours": _neighbours(edges.get(handler_id, []), handler_id, page, options),
        }

    return sections_of


def _neighbours(edges: list[Row], handler_id: str, page: str, options: SiteOptions) -> Markup:
    address = links.relative_link(page, f"{links.DEPENDENCIES}#handler={handler_id}")
    drawn = link_html("Its neighbourhood as a drawing", address)
    table = edges_table(edges, page, options, "Nothing leads to this handler, and it leads to nothing.")
    return Markup("<p>{}</p>").format(drawn) + table
