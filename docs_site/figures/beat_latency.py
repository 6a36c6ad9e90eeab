"""Latency by beat as a small vector drawing: no script, so that a sequence page stays light beside its diagram.

From 20 timed executions on a beat shows its median with a bar to the 95th percentile; below that its
points. The axis is logarithmic. Colours are the page's own properties, so the palette switch needs no redraw.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html.escape import html_attribute, html_text
from docs_site.html.number_format import format_count, format_number, plural
from docs_site.queries.durations import ENOUGH
from orchestration.warehouse import Row

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 640, 210, 90, 30, 8
_LEAST_MS = 0.05


def beat_latency(beats: Sequence[Row]) -> Markup | None:
    """Return the drawing with its caption, or None when no beat has a duration."""
    timed = [beat for beat in beats if beat["timed_count"]]
    if not timed:
        return None
    low, high = _decades(timed)
    height = _TOP + _ROW * len(timed) + 40
    parts = [*_axis(low, high, height - 40)]
    for number, beat in enumerate(timed):
        parts += _beat(beat, _TOP + _ROW * number + _ROW / 2, low, high)
    title, subtitle = _words(timed)
    label = html_attribute(f"{title}. {subtitle}")
    return Markup(
        f'<figure class="sl-figure"><figcaption><strong>{html_text(title)}</strong>'
        f"<span>{html_text(subtitle)}</span></figcaption>"
        f'<div class="sl-drawing"><svg class="sl-vector" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{label}">'
        f"{''.join(parts)}</svg></div></figure>"
    )


def _words(timed: Sequence[Row]) -> tuple[str, str]:
    known = [beat for beat in timed if beat["timed_count"] >= ENOUGH]
    count = sum(beat["timed_count"] for beat in timed)
    subtitle = f"Median and a bar to the 95th percentile (points below {ENOUGH}); n {plural(count, 'beat execution')}"
    if not known:
        return "Too few executions for percentiles: each point is one", subtitle
    slowest = max(known, key=lambda beat: beat["p50_ms"])
    return f"{_name(slowest)} is the slowest beat: median {format_number(slowest['p50_ms'])} ms", subtitle


def _name(beat: Row) -> str:
    return f"{beat['beat_number']}. {beat['beat_title'] or beat['topic'] or ''}"


def _decades(timed: Sequence[Row]) -> tuple[float, float]:
    low = math.floor(math.log10(max(_LEAST_MS, min(beat["min_ms"] for beat in timed))))
    high = math.ceil(math.log10(max(_LEAST_MS * 2, max(beat["max_ms"] for beat in timed))))
    return low, max(high, low + 1)


def _x(value: float, low: float, high: float) -> float:
    share = (math.log10(max(value, 10**low)) - low) / (high - low)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _axis(low: float, high: float, bottom: float) -> list[str]:
    parts = []
    for decade in range(int(low), int(high) + 1):
        x = _x(10**decade, low, high)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom:.0f}" stroke="var(--sl-line)"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16:.0f}" text-anchor="middle">{10**decade:g}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{bottom + 34:.0f}" text-anchor="middle">Duration (ms, log scale)</text>')
    return parts


def _beat(beat: Row, y: float, low: float, high: float) -> list[str]:
    name = _name(beat)
    short = name if len(name) <= 30 else name[:29] + "\u2026"
    parts = [
        f'<text class="sl-strong" x="0" y="{y + 4:.0f}"><title>{html_text(name)}</title>{html_text(short)}</text>',
        f'<text x="{_WIDTH}" y="{y + 4:.0f}" text-anchor="end">n {format_count(beat["timed_count"])}</text>',
    ]
    if beat["timed_count"] < ENOUGH:
        return parts + [_dot(value, y, low, high, 4, 0.55) for value in beat["points"]]
    median, slow = beat["p50_ms"], beat["p95_ms"]
    parts.append(
        f'<line x1="{_x(median, low, high):.1f}" x2="{_x(slow, low, high):.1f}" y1="{y:.0f}" y2="{y:.0f}" '
        'stroke="var(--sl-series-1)" stroke-width="7" stroke-opacity="0.35" stroke-linecap="round"/>'
    )
    return [*parts, _dot(median, y, low, high, 5.5, 1)]


def _dot(value: float, y: float, low: float, high: float, radius: float, opacity: float) -> str:
    return (
        f'<circle cx="{_x(value, low, high):.1f}" cy="{y:.0f}" r="{radius}" fill="var(--sl-series-1)" '
        f'fill-opacity="{opacity}"><title>{format_number(value)} ms</title></circle>'
    )
