"""The performance page: where time goes, by handler, latency and day; bottlenecks; silent gaps."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site import links
from docs_site.code_places import place_cell
from docs_site.figures.gaps import gaps_figure
from docs_site.figures.handler_periods import periods_figure
from docs_site.figures.heatmap import EDGES_MS, latency_figure
from docs_site.page import Page
from docs_site.pages.flame import FLAME_ASSETS, load_flame_section
from docs_site.pages.gap_tables import gap_table, longest_gaps
from docs_site.queries.durations import HandlerTime, load_handler_times
from docs_site.queries.silent_gaps import load_gaps
from docs_site.queries.time_split import load_time_split
from docs_site.queries.handler_periods import load_handler_periods
from docs_site.queries.window import load_window
from docs_site.render import render
from docs_site.shared_files import FIGURE_ASSETS
from docs_site.site_options import SiteOptions
from docs_site.tables import (
    Cell,
    Column,
    bar_cell,
    count_cell,
    link_cell,
    number_cell,
    render_table,
    text_cell,
)
from docs_site.warehouse import load_rows

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
    flame = load_flame_section(warehouse, page, options)
    body = render(
        "performance.md.jinja",
        page,
        window=window,
        flame=flame,
        latency=latency_figure(times, load_rows(warehouse, _BUCKETS), page),
        periods=periods_figure(times, periods, page, flame.session_ids),
        split=load_time_split(warehouse),
        bottlenecks=_bottlenecks(times, window.session_count, page, options),
        handlers=_all_handlers(times, window.session_count, page, options),
        gap_figure=gaps_figure(gaps.classes),
        gap_table=gap_table(gaps, page),
        longest_gaps=longest_gaps(gaps, page),
        load_sentence=gaps.load_sentence,
        links=links,
    )
    yield Page(page, "Performance", body, (*FIGURE_ASSETS, *FLAME_ASSETS), flame.files)



_COLUMNS = (
    Column("Handler"),
    Column("Saving", "ms per session", True, "(total - n x p50) / all sessions of the window"),
    Column("Share", "%", True, "Share of all handler time"),
    Column("Total", "s", True),
    Column("n", is_number=True, hint="Executions with a duration"),
    Column("p50", "ms", True, "Median; not given below 20 executions"),
    Column("p95", "ms", True, "Not given below 20 executions"),
    Column("Max", "ms", True),
    Column("Sessions", is_number=True),
    Column("Plugin"),
    Column("Code"),
)


def _bottlenecks(times: Sequence[HandlerTime], session_count: int, page: str, options: SiteOptions) -> Markup:
    ranked = sorted((handler for handler in times if handler.excess_ms), key=lambda handler: -(handler.excess_ms or 0))
    return render_table(
        _COLUMNS,
        [_row(handler, times, session_count, page, options) for handler in ranked[:10]],
        caption="Top ten bottlenecks",
        empty="No handler has the 20 timed executions a saving is computed from.",
    )


def _all_handlers(times: Sequence[HandlerTime], session_count: int, page: str, options: SiteOptions) -> Markup:
    return render_table(
        _COLUMNS,
        [_row(handler, times, session_count, page, options) for handler in times],
        caption="All handlers by total time",
        empty="No handler execution has a duration.",
    )


def _row(
    handler: HandlerTime, times: Sequence[HandlerTime], session_count: int, page: str, options: SiteOptions
) -> list[Cell]:
    return [
        link_cell(handler.handler_name, links.relative_link(page, links.handler_url(handler.handler_id))),
        number_cell(None if handler.excess_ms is None else handler.excess_ms / max(1, session_count)),
        bar_cell(handler.share_pct, times[0].share_pct),
        number_cell(handler.total_ms / 1000),
        count_cell(handler.timed_count),
        number_cell(handler.p50_ms),
        number_cell(handler.p95_ms),
        number_cell(handler.max_ms),
        count_cell(handler.session_count),
        text_cell(handler.plugin_name),
        place_cell(handler.code_file_path, handler.code_line_number, options.code_url),
    ]
