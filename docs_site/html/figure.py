"""What a figure is before the browser draws it: plotly's traces and layout as plain data, without colours.

Figure modules (docs_site/figures) build one of these; assets/figures.js adds fonts and colours of the palette and
draws. A colour is a token such as `token:series-1`, a scale `token:sequential`; the tokens are in assets/theme.css.
Titles are HTML above the drawing, so that they wrap, can be searched and are read aloud.
"""

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from docs_site.html.escape import html_attribute, html_text, script_json, visible

Trace = dict[str, Any]

_MOST_ROUNDED = 1e6


@dataclass(frozen=True, slots=True)
class Links:
    """Where a point leads when it is more than one place: shown below the figure on a click, as words and addresses."""

    title: str
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `title` says the finding, `subtitle` what is drawn and its n.

    `links` lead from the points of a trace (their `customdata[0]` is an index into it) to a page, or to several.
    """

    name: str
    title: str
    subtitle: str
    traces: list[Trace]
    layout: dict[str, Any]
    height: int = 360
    links: tuple[str | Links, ...] = field(default=())


def render_figure(figure: Figure) -> Markup:
    """Return the figure's HTML: caption, drawing area and data."""
    drawn = _rounded({"data": figure.traces, "layout": figure.layout})
    data = drawn | {"links": [_link(link) for link in figure.links]}
    label = f"{figure.title}. {figure.subtitle}"
    return Markup(
        f'<figure class="sl-figure" id="figure-{html_attribute(figure.name)}">'
        f"<figcaption><strong>{html_text(figure.title)}</strong><span>{html_text(figure.subtitle)}</span></figcaption>"
        f'<div class="sl-plot" role="img" aria-label="{html_attribute(label)}" style="height:{figure.height:d}px">'
        "<noscript>This figure needs JavaScript; the table below holds its numbers.</noscript></div>"
        f'<script type="application/json">{script_json(data)}</script></figure>'
    )


def _rounded(value: Any) -> Any:
    # Six digits are more than a drawing shows, sixteen more than a page should carry; large numbers are times.
    if isinstance(value, float) and abs(value) < _MOST_ROUNDED:
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def _link(link: str | Links) -> str | list[Any]:
    return (
        link if isinstance(link, str) else [visible(link.title), [[visible(words), to] for words, to in link.targets]]
    )
