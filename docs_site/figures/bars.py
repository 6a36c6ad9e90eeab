"""Horizontal bars with names at the left: the shape several figures share.

Bars stand at numbers and names are tick labels, because two handlers may bear the same name.
"""

from collections.abc import Sequence
from typing import Any


def bar_trace(values: Sequence[float | None], colour: str) -> dict[str, Any]:
    """Return bars from bottom to top, with their text outside."""
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(values))),
        "x": list(values),
        "marker": {"color": colour},
        "textposition": "outside",
        "cliponaxis": False,
    }


def bar_layout(names: Sequence[str], title: str, most: float) -> dict[str, Any]:
    """Return the layout: a named value axis from 0 to `most`, and the names.

    An axis of shares has no ticks above 100: the rest is room for the text of the bars.
    """
    ticks = {"tickvals": [0, 25, 50, 75, 100]} if most > 100 and "%" in title else {}
    return {
        "xaxis": {"title": {"text": title}, "range": [0, most], "fixedrange": True, **ticks},
        "yaxis": name_axis(names),
        "bargap": 0.3,
    }


def name_axis(names: Sequence[str]) -> dict[str, Any]:
    """Return a vertical axis that shows names at 0, 1, 2 ..."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": [-0.6, len(names) - 0.4],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
