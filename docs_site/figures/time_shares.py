"""Where session time goes: a bar per category, the parts of a flow first; what nobody used is said in words.

Idle time of people would dwarf the rest, so the bars are shares of the time that is not idle. The table beside it has
every category.
"""

from docs_site.figures.bars import bar_layout, bar_trace
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_duration, format_pct, plural
from docs_site.queries.time_split import Part, TimeSplit


def time_shares_figure(shares: TimeSplit) -> Figure | None:
    """Draw the categories in which something ran or waited."""
    shown = [part for part in shares.parts if part.duration_ms and part.category != "idle"][::-1]
    busy = sum(part.duration_ms for part in shown)
    if not shown:
        return None
    idle = shares.total_ms - busy
    largest = max(shown, key=lambda part: part.duration_ms)
    values = [100 * part.duration_ms / busy for part in shown]
    trace = bar_trace(values, "token:series-1")
    trace |= {
        "marker": {"color": [f"token:{part.colour}" for part in shown]},
        "text": [f"{format_pct(value)} %" for value in values],
        "customdata": [[-1, part.words, format_duration(part.duration_ms)] for part in shown],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
    }
    return Figure(
        "time-shares",
        f"{format_pct(max(values))} % of the time that is not idle goes {_into(largest)}",
        f"n {plural(shares.session_count, 'session')} with a clock, {format_duration(shares.total_ms)} in all, of it "
        f"{format_duration(idle)} ({format_pct(100 * idle / shares.total_ms)} %) idle; divided without overlap",
        [trace],
        bar_layout([part.words for part in shown], "Share, idle left out (%)", 1.25 * max(values)),
        80 + 27 * len(shown),
    )


def _into(part: Part) -> str:
    return f"into {part.words.removeprefix('in ')}"
