"""Declared beside observed, as one Mermaid flow chart: beats in their movements, counts on the arrows.

A declared step that was seen is a full line with its count, one never seen is dotted; a step seen and not declared is
drawn in the colour of a warning. Labels pass docs_site/escape.py; assets/diagrams.js fills in the palette's colours.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from textwrap import wrap

from markupsafe import Markup

from docs_site.escape import html_attribute, mermaid_label, script_json, visible
from docs_site.number_format import format_count
from docs_site.warehouse import Row

# Beyond this a chart is no longer read; the table of beats below says the same.
MOST_BEATS = 60
_LINE_LENGTH = 38

_CLASSES = """
classDef seen fill:token_accent_soft,stroke:token_accent,color:token_ink
classDef unseen fill:token_surface,stroke:token_line_strong,color:token_muted,stroke-dasharray:4 3
classDef failed fill:token_critical_soft,stroke:token_critical,color:token_ink
classDef odd fill:token_warning_soft,stroke:token_warning,color:token_ink
classDef edge fill:token_sunken,stroke:token_line_strong,color:token_muted
"""


def sequence_diagram(beats: Sequence[Row], steps: Sequence[Row]) -> str | None:
    """Return the chart's source, or None when there is nothing to draw or too much."""
    if not beats or len(beats) > MOST_BEATS:
        return None
    names = _node_names(beats, steps)
    lines = ["flowchart TD", 'begin(["begin"]):::edge', 'finish(["end"]):::edge']
    for movement, members in groupby(beats, key=lambda beat: (beat["movement_number"], beat["movement_name"])):
        lines.append(f'subgraph m{movement[0]}["{_label(movement[1] or "movement")}"]')
        lines += [_beat_node(beat, names) for beat in members]
        lines.append("end")
    lines += [_odd_node(node, name) for node, name in names.items() if node.startswith("undeclared:")]
    lines += _edges(beats, steps, names)
    return "\n".join(lines) + _CLASSES


def render_diagram(source: str, label: str) -> Markup:
    """Return the HTML of a diagram; its source is data, drawn in the browser."""
    return Markup(
        f'<div class="sl-diagram sl-figure" role="img" aria-label="{html_attribute(label)}">'
        f'<script type="application/json">{script_json(source)}</script><div class="sl-drawing"></div></div>'
    )


def _node_names(beats: Sequence[Row], steps: Sequence[Row]) -> dict[str, str]:
    names = {"begin": "begin", "end": "finish"}
    names |= {beat["beat_id"]: f"b{number}" for number, beat in enumerate(beats)}
    observed = {step[side] for step in steps for side in ("from_node", "to_node")}
    names |= {node: f"x{number}" for number, node in enumerate(sorted(observed - set(names)))}
    return names


def _beat_node(beat: Row, names: dict[str, str]) -> str:
    title = beat["beat_title"] or beat["topic"] or beat["handler_name"] or ""
    text = f"{beat['beat_number']}. {title}"
    count = f"{format_count(beat['execution_count'])} times" if beat["execution_count"] else "never seen"
    look = "failed" if beat["failed_count"] else "seen" if beat["execution_count"] else "unseen"
    return f'{names[beat["beat_id"]]}["{_label(text)}<br/>{_label(count)}"]:::{look}'


def _odd_node(node: str, name: str) -> str:
    topic = node.removeprefix("undeclared:")
    return f'{name}["not declared<br/>{_label(topic)}"]:::odd'


def _label(text: str) -> str:
    # Lines are broken here, because Mermaid breaks encoded text in the middle of a code. The break is its own word and
    # the only markup in a label.
    return "<br/>".join(map(mermaid_label, wrap(visible(text), _LINE_LENGTH)[:4]))


def _edges(beats: Sequence[Row], steps: Sequence[Row], names: dict[str, str]) -> list[str]:
    order = ["begin", *(beat["beat_id"] for beat in beats), "end"]
    counts = {(step["from_node"], step["to_node"]): step["step_count"] for step in steps}
    lines: list[str] = []
    odd: list[int] = []
    for before, after in pairwise(order):
        count = counts.pop((before, after), 0)
        arrow = f'-->|"{format_count(count)}"|' if count else "-.->"
        lines.append(f"{names[before]} {arrow} {names[after]}")
    for (before, after), count in sorted(counts.items()):
        if before in names and after in names:
            odd.append(len(lines))
            lines.append(f'{names[before]} -->|"{format_count(count)}"| {names[after]}')
    if odd:
        numbers = ",".join(map(str, odd))
        lines.append(f"linkStyle {numbers} stroke:token_warning,color:token_warning,stroke-dasharray:5 4")
    return lines
