"""Where all session time goes: a bar per category, the parts of a flow first."""

from docs_site.figure import Figure
from docs_site.figures.bars import bar_layout, bar_trace
from docs_site.number_format import format_duration, format_pct, plural
from docs_site.queries.time_split import Part, TimeSplit


def time_shares_figure(shares: TimeSplit) -> Figure | None:
    """Draw the categories; they add up to all time of the sessions that have a clock."""
    shown = [part for part in shares.parts if part.duration_ms][::-1]
    if not shown:
        return None
    largest = max(shown, key=lambda part: part.share_pct)
    trace = bar_trace([part.share_pct for part in shown], "token:series-1")
    trace |= {
        "marker": {"color": [f"token:{part.colour}" for part in shown]},
        "text": [f"{format_pct(part.share_pct)} %" for part in shown],
        "customdata": [[-1, part.words, format_duration(part.duration_ms)] for part in shown],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
    }
    return Figure(
        "time-shares",
        f"{_title(largest)} {format_pct(largest.share_pct)} % of all session time",
        f"All time of {plural(shares.session_count, 'session')} with a clock, {format_duration(shares.total_ms)}, "
        "divided without overlap: the parts add up to it",
        [trace],
        bar_layout([part.words for part in shown], "Share of all session time (%)", 1.25 * largest.share_pct),
        80 + 27 * len(shown),
    )


def _title(part: Part) -> str:
    return f"{part.words[0].upper()}{part.words[1:]}:"
