"""Figures of errors: groups by session in the order of time, and one group's errors by session."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

from docs_site.figures.bars import name_axis
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, plural
from docs_site.parts.error_tables import short_title
from orchestration.warehouse import Row

MOST_GROUPS = 24
_LONGEST_NAME = 30
_LONGEST_TITLE = 60


def groups_figure(
    groups: Sequence[Row], sessions: Sequence[Row], counts: Mapping[str, Sequence[Row]], page: str
) -> Figure | None:
    """Draw error groups by session, the most harmful at the top; colour is the number of errors on a log scale."""
    shown = [group for group in groups if group["severity"] == "error"][:MOST_GROUPS][::-1]
    if not shown or len(sessions) < 2:
        return None
    places = {session["session_id"]: place for place, session in enumerate(sessions)}
    widest = max(shown, key=lambda group: group["session_count"])
    names = [figure_text(_name(group)) for group in shown]
    return Figure(
        "error-groups",
        f"{_name(widest, _LONGEST_TITLE)}: in {format_count(widest['session_count'])} of "
        f"{plural(len(sessions), 'session')}, more than any other error",
        f"Errors of a group in a session, consequences not counted; {plural(len(shown), 'group')}, "
        f"{plural(len(sessions), 'session')} in the order of time, each with an error in colour",
        [_cells(shown, names, sessions, places, counts)],
        {
            "xaxis": {
                "title": {"text": "Sessions, oldest first"}, "showgrid": False, "zeroline": False, "nticks": 8,
                "range": [-0.5, len(sessions) - 0.5],
            },
            "yaxis": name_axis(names),
        },
        130 + 20 * len(shown),
        tuple(links.relative_link(page, links.error_group_url(group["error_group_id"])) for group in shown),
    )  # fmt: skip


def sessions_figure(group: Row, sessions: Sequence[Row], counts: Sequence[Row], page: str) -> Figure | None:
    """Draw one group's errors by session."""
    if len(sessions) < 2:
        return None
    found = {row["session_id"]: row["error_count"] for row in counts}
    values = [found.get(session["session_id"], 0) for session in sessions]
    affected = sum(value > 0 for value in values)
    return Figure(
        "error-sessions",
        f"In {format_count(affected)} of {plural(len(sessions), 'session')}; {_trend_words(group)}",
        f"Errors of this group by session, oldest first; n {plural(sum(values), 'error')}",
        [
            {
                "type": "bar",
                "x": list(range(len(sessions))),
                "y": values,
                "marker": {"color": "token:critical"},
                "customdata": [
                    [place, figure_text(session["session_name"] or ""), _moment(session), format_count(value)]
                    for place, (session, value) in enumerate(zip(sessions, values, strict=True))
                ],
                "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]} errors"
                "<extra></extra>",
            }
        ],
        {
            "xaxis": {"title": {"text": "Sessions, oldest first"}, "showgrid": False, "nticks": 8, "fixedrange": True},
            "yaxis": {"title": {"text": "Errors"}, "rangemode": "tozero", "nticks": 5, "fixedrange": True},
            "bargap": 0.15,
        },
        230,
        tuple(links.relative_link(page, links.session_url(session["session_id"])) for session in sessions),
    )


def _cells(
    shown: Sequence[Row],
    names: Sequence[str],
    sessions: Sequence[Row],
    places: Mapping[str, int],
    counts: Mapping[str, Sequence[Row]],
) -> dict[str, Any]:
    table: list[list[int | None]] = [[None] * len(sessions) for _ in shown]
    for row, group in zip(table, shown, strict=True):
        for count in counts.get(group["error_group_id"], ()):
            if count["session_id"] in places:
                row[places[count["session_id"]]] = count["error_count"]
    most = max((value for row in table for value in row if value), default=1)
    return {
        "type": "heatmap",
        "x": list(range(len(sessions))),
        "y": list(range(len(names))),
        "z": [[None if value is None else log10(value) for value in row] for row in table],
        "customdata": [
            [
                [index, names[index], figure_text(session["session_name"] or ""), format_count(value)]
                for session, value in zip(sessions, row, strict=True)
            ]
            for index, row in enumerate(table)
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}: %{customdata[3]} errors<extra></extra>",
        "colorscale": "token:sequential",
        "zmin": -0.5,
        "zmax": max(1.0, log10(most)),
        "ygap": 3,
        "xgap": 1 if len(sessions) <= 150 else 0,
        "hoverongaps": False,
        "showscale": False,
    }


def _name(group: Row, longest: int = _LONGEST_NAME) -> str:
    name = _plain(group)
    return name if len(name) <= longest else name[: longest - 1] + "\u2026"


def _plain(group: Row) -> str:
    """Return the shortest name people know a group by: its handler and class, its host, or the start of its title."""
    if group["subject_kind"] in ("host", "request"):
        return f"{group['subject']}: {group['normalised_message']}".replace("net::", "")
    if group["handler_name"]:
        has_class = group["error_class"] and group["error_class"] != group["error_kind"]
        return f"{group['handler_name']}: {group['error_class']}" if has_class else str(group["handler_name"])
    return short_title(group)


def _trend_words(group: Row) -> str:
    earlier = (
        f"{format_count(group['earlier_with_count'])} of the earlier {format_count(group['earlier_session_count'])}"
    )
    later = f"{format_count(group['later_with_count'])} of the later {format_count(group['later_session_count'])}"
    word = group["trend"]
    if word in ("new", "rising", "falling", "gone"):
        return f"{word}: {earlier}, {later}"
    return "too few sessions to tell a trend" if word == "too few sessions" else f"no trend: {earlier}, {later}"


def _moment(session: Row) -> str:
    return session["started_at"].strftime("%Y-%m-%d %H:%M") if session["started_at"] else "no clock"
