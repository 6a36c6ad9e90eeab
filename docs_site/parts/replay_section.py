"""The replay section of a sequence's page: how far its flows can be replayed, what would help, and the commands.

What is counted is in queries/replays.py; how a score comes about is told in docs/how-to/replay.md.
"""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html.escape import html_attribute, html_text
from docs_site.html.links import relative_link
from docs_site.html.number_format import format_count, format_pct, plural
from docs_site.html.tables import Column, code_cell, count_cell, pct_cell, render_table, text_cell
from orchestration.warehouse import Row

_HELP = "how-to/replay.html"
_REMEDIES = {
    "not_logged": "log the payload of the request",
    "cut": "log whole values in state rows",
    "not_shown": "log the values of all changed keys in state rows",
}
_COLUMNS = (
    Column("State key"),
    Column("What would show it"),
    Column("Values read", "", True, "Handler executions that read the key without the log showing its value"),
    Column("Flows", "", True),
    Column("Gain", "points", True, "What the mean replayability would gain"),
)


def replay_section(levels: Row | None, missing: Sequence[Row], page: str) -> Markup:
    """Return the section; a sequence that was never played has nothing to replay, and says so."""
    if levels is None:
        return Markup('<p class="sl-empty">No flow of this sequence was recorded: there is nothing to replay.</p>')
    words = f"<p><strong>{html_text(_finding(levels, missing))}</strong> {html_text(_levels(levels))}</p>"
    table = _table(missing) if missing else Markup("")
    return Markup(f"{words}\n{_commands(levels['example_flow_id'], page)}\n{table}")


def _finding(levels: Row, missing: Sequence[Row]) -> str:
    score = f"{format_pct(levels['replayability_pct'])} % of what a replay needs is in log and code"
    if not missing:
        return f"{score}."
    first = missing[0]
    remedy = f"{_REMEDIES[first['input_state']]} ({first['state_key']})"
    return f"{score}; {remedy} and it is {first['gain_pct']:.1f} points more."


def _levels(levels: Row) -> str:
    flows = plural(levels["flow_count"], "flow")
    reach = ", ".join(
        f"{format_count(levels[f'{level}_count'])} {word}"
        for level, word in (("structural", "against the declaration"), ("stubbed", "by stubs"), ("live", "live"))
    )
    least, most = format_pct(levels["least_pct"]), format_pct(levels["most_pct"])
    span = f"{most} %" if least == most else f"{least} to {most} %"
    diverging = levels["diverging_count"]
    verb = "departs" if diverging == 1 else "depart"
    other = f"; {plural(diverging, 'flow')} {verb} from the declared order" if diverging else ""
    return f"{flows} ({span} each): from the log alone {reach}{other}."


def _commands(flow_id: str, page: str) -> str:
    flow = html_text(flow_id)
    link = html_attribute(relative_link(page, _HELP))
    return (
        f'<p class="sl-note">Play one again: <code>sightline replay {flow}</code>. As a file for another machine: '
        f'<code>sightline export replay --flow {flow}</code>. <a href="{link}">How replays work</a></p>'
    )


def _table(missing: Sequence[Row]) -> Markup:
    rows = [
        [
            code_cell(row["state_key"]),
            text_cell(_REMEDIES[row["input_state"]]),
            count_cell(row["input_count"]),
            count_cell(row["flow_count"]),
            pct_cell(row["gain_pct"]),
        ]
        for row in missing
    ]
    return render_table(_COLUMNS, rows, caption="What the log would have to show", empty="", name="replay-values")
