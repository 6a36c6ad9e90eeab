"""Sparklines: a word-sized line of one figure over the sessions, oldest left (Tufte, Beautiful Evidence, 2006)."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from docs_site.html.escape import html_attribute

# More points than a card has room for tell nothing: neighbours are averaged.
MOST_POINTS = 40
_WIDTH, _HEIGHT, _PAD = 100.0, 24.0, 2.0


def sparkline(values: Sequence[float | None], label: str) -> Markup:
    """Return an inline SVG of the values in order, unknown ones left out; empty for fewer than three.

    `label` says what is drawn, for people who cannot see it.
    """
    known = _averaged([value for value in values if value is not None])
    if len(known) < 3:
        return Markup("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _PAD) / (len(known) - 1)
    points = [
        (_PAD + place * step, _HEIGHT - _PAD - (value - low) / span * (_HEIGHT - 2 * _PAD))
        for place, value in enumerate(known)
    ]
    line = " ".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(points))
    return Markup(
        f'<svg class="sl-spark" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" preserveAspectRatio="none" role="img"'
        f' aria-label="{html_attribute(label)}"><path d="{line}" fill="none" stroke="currentColor"'
        ' stroke-width="1.5" vector-effect="non-scaling-stroke"/></svg>'
    )


def _averaged(values: Sequence[float]) -> list[float]:
    if len(values) <= MOST_POINTS:
        return list(values)
    edges = [len(values) * place // MOST_POINTS for place in range(MOST_POINTS + 1)]
    return [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
