"""The tables of the performance page: bottlenecks, and all sequences, movements, beats and handlers.

Every number is the report's. A percentile stands with its 95% interval; an interval that is open at the top says so.
"""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.escape import html_text
from docs_site.html.number_format import NOTHING, format_number
from docs_site.html.tables import (
    Cell,
    Column,
    bar_cell,
    count_cell,
    html_cell,
    link_cell,
    link_html,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.queries.durations import HandlerTime
from docs_site.queries.exemplars import MEDIAN, P95, SLOWEST, Exemplars
from docs_site.queries.time_split import TimeSplit
from orchestration.warehouse import Row

_N = Column("n", is_number=True, hint="Executions with a duration")
_P50 = Column(
    "p50", "ms", True, "Median with its 95% interval; not given below 20 executions. Opens the execution nearest to it"
)
_P95 = Column(
    "p95", "ms", True, "With its 95% interval; not given below 20 executions. Opens the execution nearest to it"
)
_P99 = Column("p99", "ms", True, "Not given below 100 executions")
_CLOCK = Column("Clock", "ms", True, "Step of the clock: no duration is more exact")
_TREND = Column("Trend", "ms", True, "Change of the session medians over the window, with its 95% interval")
_OF_SESSIONS = Column("Of sessions", "%", True, "Share of all session time; what runs side by side counts each")
# All of several hundred would make the heaviest page of the site pass 6 MB.
MOST_ROWS = 30
MOST_HANDLERS = 40


def interval_cell(value: float | None, low: float | None, high: float | None, address: str | None = None) -> Cell:
    """Show a number, as a link if there is an execution to open, and, smaller, its interval."""
    if value is None:
        return Cell(Markup(NOTHING), None)
    ends = f"{format_number(low) if low is not None else '0'} to {format_number(high) if high is not None else '?'}"
    hint = "" if high is not None else ' title="Too few executions to bound it from above"'
    return html_cell(
        Markup(f"{link_html(format_number(value), address)} <small{hint}>({html_text(ends)})</small>"), value
    )


def trend_cell(row: Row) -> Cell:
    """Show the change over the window; one whose interval includes 0 is not called a change."""
    value, low, high = row["trend_ms"], row["trend_low_ms"], row["trend_high_ms"]
    if value is None or low is None or high is None:
        return Cell(Markup(NOTHING), None)
    ends = f"<small>({format_number(low)} to {format_number(high)})</small>"
    if low <= 0 <= high:
        return html_cell(Markup(f"none {ends}"), 0.0)
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return html_cell(Markup(f"{sign}{format_number(abs(value))} {ends}"), value)


def time_table(shares: TimeSplit) -> Markup:
    """Return what all session time went into; the rows add up to it."""
    columns = (Column("What"), Column("Time", "s", True), Column("Of all session time", "%", True))
    largest = max((part.share_pct for part in shares.parts), default=0.0)
    rows = [
        [text_cell(part.words), number_cell(part.duration_ms / 1000), bar_cell(part.share_pct, largest)]
        for part in shares.parts
        if part.duration_ms
    ]
    return render_table(columns, rows, caption="All session time", empty="No session has a clock.")


def bottleneck_table(times: Sequence[HandlerTime], page: str, options: SiteOptions, opens: Exemplars) -> Markup:
    """Return the ten handlers that flows waited for longest; what goes on after its beat does not count."""
    ranked = sorted((handler for handler in times if handler.waited_ms), key=lambda handler: -(handler.waited_ms or 0))
    total = sum(handler.waited_ms or 0 for handler in ranked)
    columns = (
        Column("Handler"),
        Column("Waited for", "ms per session", True, "Inside its beat and on the critical path of its flow"),
        Column("Share", "%", True, "Share of all time flows waited for handlers"),
        Column("After its beat", "ms per session", True, "No beat waited for this part; it does not count"),
        Column("n", is_number=True, hint="Executions with a duration; opens all of them"),
        _P50,
        _P95,
    )
    rows = [
        [
            _handler_with_place(handler, page, options),
            number_cell(handler.waited_per_session_ms),
            bar_cell(100 * (handler.waited_ms or 0) / total, 100 * (ranked[0].waited_ms or 0) / total),
            number_cell(_per_session(handler.outside_ms, handler)),
            _all_executions(handler, page),
            interval_cell(handler.p50_ms, handler.p50_low_ms, handler.p50_high_ms, _open(handler, MEDIAN, opens)),
            interval_cell(handler.p95_ms, handler.p95_low_ms, handler.p95_high_ms, _open(handler, P95, opens)),
        ]
        for handler in ranked[:10]
    ]
    empty = "No flow is known to have waited for a handler."
    return render_table(columns, rows, caption="Top ten bottlenecks", empty=empty)


def handler_table(times: Sequence[HandlerTime], page: str, options: SiteOptions, opens: Exemplars) -> Markup:
    """Return the handlers that take most time; the catalogue has all of them."""
    columns = (
        Column("Handler"), Column("Total", "ms", True), Column("Share", "%", True, "Share of all handler time"),
        _OF_SESSIONS, Column("After its beat", "ms", True, "The part its beat did not wait for"), _N, _P50,
        Column("p90", "ms", True), _P95, _P99, Column("Max", "ms", True, "Opens the slowest execution"), _CLOCK, _TREND,
        Column("Saving", "ms per session", True), Column("Sessions", is_number=True), Column("Plugin"), Column("Code"),
    )  # fmt: skip
    rows = [
        [
            _handler_link(handler, page),
            number_cell(handler.total_ms),
            bar_cell(handler.share_pct, times[0].share_pct),
            pct_cell(handler.session_share_pct),
            number_cell(handler.outside_ms),
            _all_executions(handler, page),
            interval_cell(handler.p50_ms, handler.p50_low_ms, handler.p50_high_ms, _open(handler, MEDIAN, opens)),
            number_cell(handler.p90_ms),
            interval_cell(handler.p95_ms, handler.p95_low_ms, handler.p95_high_ms, _open(handler, P95, opens)),
            number_cell(handler.p99_ms),
            number_cell(handler.max_ms, _open(handler, SLOWEST, opens)),
            number_cell(handler.resolution_ms),
            trend_cell(_trend_of(handler)),
            number_cell(handler.saving_ms),
            count_cell(handler.session_count),
            text_cell(handler.plugin_name),
            place_cell(handler.code_file_path, handler.code_line_number, options.code_url),
        ]
        for handler in times[:MOST_HANDLERS]
    ]
    return render_table(columns, rows, caption="Handlers by total time", empty="No handler execution has a duration.")


def sequence_table(rows: Sequence[Row], page: str, opens: Exemplars) -> Markup:
    """Return the sequences that take most time, with their self time and their wait in the queue."""
    first = (Column("Sequence"),)
    last = (
        Column("Queue, total", "ms", True, "Flows may wait at the same time"),
        Column("Queue p50", "ms", True, "Not given below 20 waits"),
        Column("Queue p95", "ms", True, "With its 95% interval"),
    )
    cells = [
        [
            _sequence_link(row, page),
            *_numbers(row, rows, "sequence", opens),
            number_cell(row["queue_wait_total_ms"]),
            number_cell(row["queue_wait_p50_ms"]),
            interval_cell(row["queue_wait_p95_ms"], row["queue_wait_p95_low_ms"], row["queue_wait_p95_high_ms"]),
        ]
        for row in rows[:MOST_ROWS]
    ]
    columns = (*first, *_number_columns("its movements", "flow"), *last)
    return render_table(columns, cells, caption="Sequences by total time", empty="No flow has a duration.")


def movement_table(rows: Sequence[Row], page: str, opens: Exemplars) -> Markup:
    """Return the movements that take most time, with their self time and the time between their beats."""
    columns = (
        Column("Movement"), Column("Sequence"), *_number_columns("its beats", "movement"),
        Column("Between beats", "ms", True, "Part of the self time"),
    )  # fmt: skip
    cells = [
        [
            text_cell(row["movement_name"]),
            _sequence_link(row, page),
            *_numbers(row, rows, "movement", opens),
            number_cell(row["between_beats_ms"]),
        ]
        for row in rows[:MOST_ROWS]
    ]
    return render_table(columns, cells, caption="Movements by total time", empty="No movement has a duration.")


def beat_table(rows: Sequence[Row], page: str, opens: Exemplars) -> Markup:
    """Return the beats that take most time, with their self time; the page of a sequence has all of its beats."""
    columns = (Column("Beat"), Column("Sequence"), *_number_columns("its handlers", "beat"))
    cells = [
        [
            text_cell(f"{row['beat_number'] or '?'}. {row['beat_title'] or row['topic'] or ''}"),
            _sequence_link(row, page),
            *_numbers(row, rows, "beat", opens),
        ]
        for row in rows[:MOST_ROWS]
    ]
    return render_table(columns, cells, caption="Beats by total time", empty="No beat has a duration.")


def _number_columns(parts: str, kind: str) -> tuple[Column, ...]:
    return (
        Column("Total", "ms", True), Column("Self", "ms", True, f"Total less what {parts} take"),
        Column("Share", "%", True, f"Share of all {kind} time"), _OF_SESSIONS, _N, _P50, _P95, _P99,
        Column("Max", "ms", True, "Opens the slowest execution"), _CLOCK, _TREND, Column("Sessions", is_number=True),
    )  # fmt: skip


def _numbers(row: Row, rows: Sequence[Row], kind: str, opens: Exemplars) -> list[Cell]:
    median, p95, slowest = (opens.address(kind, row["subject_id"], exemplar) for exemplar in (MEDIAN, P95, SLOWEST))
    return [
        number_cell(row["total_ms"]),
        number_cell(row["self_ms"]),
        bar_cell(row["share_pct"], rows[0]["share_pct"]),
        pct_cell(row["session_share_pct"]),
        count_cell(row["timed_count"]),
        interval_cell(row["p50_ms"], row["p50_low_ms"], row["p50_high_ms"], median),
        interval_cell(row["p95_ms"], row["p95_low_ms"], row["p95_high_ms"], p95),
        number_cell(row["p99_ms"]),
        number_cell(row["max_ms"], slowest),
        number_cell(row["resolution_ms"]),
        trend_cell(row),
        count_cell(row["session_count"]),
    ]


def _trend_of(handler: HandlerTime) -> Row:
    return {"trend_ms": handler.trend_ms, "trend_low_ms": handler.trend_low_ms, "trend_high_ms": handler.trend_high_ms}


def _open(handler: HandlerTime, exemplar: str, opens: Exemplars) -> str | None:
    return opens.address("handler", handler.handler_id, exemplar)


def _handler_link(handler: HandlerTime, page: str) -> Cell:
    return link_cell(handler.handler_name, links.relative_link(page, links.handler_url(handler.handler_id)))


def _per_session(value: float | None, handler: HandlerTime) -> float | None:
    """Return a sum over the window per session, by the two forms the report gives of the waiting."""
    if value is None or not handler.waited_ms or handler.waited_per_session_ms is None:
        return None
    return value * handler.waited_per_session_ms / handler.waited_ms


def _handler_with_place(handler: HandlerTime, page: str, options: SiteOptions) -> Cell:
    link = _handler_link(handler, page)
    place = place_cell(handler.code_file_path, handler.code_line_number, options.code_url)
    return html_cell(Markup("{}<br>{}").format(link.html, place.html), handler.handler_name)


def _all_executions(handler: HandlerTime, page: str) -> Cell:
    address = links.relative_link(page, f"{links.handler_url(handler.handler_id)}#executions")
    return count_cell(handler.timed_count, address)


def _sequence_link(row: Row, page: str) -> Cell:
    address = links.relative_link(page, links.sequence_url(row["sequence_id"])) if row["sequence_id"] else None
    return link_cell(row["sequence_name"], address)
