"""Silent gaps: how much time passed without a log record, by what it was."""

from collections.abc import Sequence

from docs_site.figures.bars import bar_layout, bar_trace
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_duration, format_pct, plural
from docs_site.parts.words import gap_words
from orchestration.warehouse import Row


def gaps_figure(rows: Sequence[Row]) -> Figure | None:
    """Draw the total silent time of each class; rows have gap_class, gap_count, session_count and total_ms."""
    if not rows:
        return None
    shown = sorted(rows, key=lambda row: row["total_ms"])
    total = sum(row["total_ms"] for row in shown)
    count = sum(row["gap_count"] for row in shown)
    top = shown[-1]
    names = [gap_words(row["gap_class"]) for row in shown]
    seconds = [row["total_ms"] / 1000 for row in shown]
    trace = bar_trace(seconds, "token:series-3")
    trace |= {
        "text": [f"{format_duration(row['total_ms'])}, {plural(row['gap_count'], 'gap')}" for row in shown],
        "hovertemplate": "%{text}<extra></extra>",
    }
    return Figure(
        "gaps",
        f"{format_pct(100 * top['total_ms'] / total)} % of all silence: {names[-1]}",
        f"Time of one second or more without a record, by what it was; n {plural(count, 'gap')}, "
        f"{format_duration(total)} in all",
        [trace],
        bar_layout(names, "Silent time (s)", 1.45 * max(seconds)),
        80 + 34 * len(shown),
    )
