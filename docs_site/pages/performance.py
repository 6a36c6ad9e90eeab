"""The performance page: where time goes, by handler, latency and day; bottlenecks; budgets; silent gaps."""

from collections.abc import Iterator
from pathlib import Path

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.few_executions import few_executions_figure
from docs_site.figures.gaps import gaps_figure
from docs_site.figures.handler_periods import periods_figure
from docs_site.figures.heatmap import EDGES_MS, latency_figure
from docs_site.figures.time_shares import time_shares_figure
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.pages.flame import FLAME_ASSETS, load_flame_section
from docs_site.pages.gap_tables import gap_table, longest_gaps
from docs_site.pages.performance_tables import (
    beat_table,
    bottleneck_table,
    handler_table,
    movement_table,
    sequence_table,
    time_table,
)
from docs_site.pages.startup_section import load_startup_section
from docs_site.parts.budget_tables import MOST_ROWS, budget_summary, budget_table
from docs_site.queries.budgets import load_budgets
from docs_site.queries.durations import load_handler_times
from docs_site.queries.exemplars import load_exemplars
from docs_site.queries.handler_periods import load_handler_periods
from docs_site.queries.performance import (
    load_beat_times,
    load_few_executions,
    load_movement_times,
    load_sequence_times,
)
from docs_site.queries.silent_gaps import load_gaps
from docs_site.queries.time_split import load_time_shares
from docs_site.queries.window import load_window
from orchestration.warehouse import load_rows

# The bucket is the number of edges a duration reaches, less one.
_BUCKETS = f"""
select handler_id, {" + ".join(f"(duration_ms >= {edge})::int" for edge in EDGES_MS)} - 1 as bucket,
       count(*) as execution_count
from marts.fct_handler_executions
where duration_ms is not null and duration_ms >= 0
group by all order by all
"""


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the performance page."""
    page = links.PERFORMANCE
    times = load_handler_times(warehouse)
    periods = load_handler_periods(warehouse)
    gaps = load_gaps(warehouse)
    window = load_window(warehouse)
    shares = load_time_shares(warehouse)
    opens = load_exemplars(warehouse, page)
    flame = load_flame_section(warehouse, page, options)
    budgets = load_budgets(warehouse)
    body = render(
        "performance.md.jinja",
        page,
        window=window,
        flame=flame,
        latency=latency_figure(times, load_rows(warehouse, _BUCKETS), page),
        periods=periods_figure(times, periods, page, flame.session_ids),
        shares=time_shares_figure(shares),
        time_table=time_table(shares),
        startup=load_startup_section(warehouse, page),
        bottlenecks=bottleneck_table(times, page, options, opens),
        sequences=sequence_table(load_sequence_times(warehouse), page, opens),
        movements=movement_table(load_movement_times(warehouse), page, opens),
        beats=beat_table(load_beat_times(warehouse), page, opens),
        handlers=handler_table(times, page, options, opens),
        rare=few_executions_figure(times, load_few_executions(warehouse), page),
        gap_figure=gaps_figure(gaps.classes),
        gap_table=gap_table(gaps, page),
        longest_gaps=longest_gaps(gaps, page),
        load_sentence=gaps.load_sentence,
        budgets=budgets,
        budget_summary=budget_summary(budgets),
        budget_table=budget_table(budgets, page),
        budget_rows=MOST_ROWS,
        links=links,
    )
    yield Page(page, "Performance", body, (*FIGURE_ASSETS, *FLAME_ASSETS), flame.files)
