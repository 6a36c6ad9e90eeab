"""Declared beside observed, as one Mermaid flow chart: beats in their movements, counts and shares on the arrows.

A declared step that was seen is a full line, one never seen is dotted; a step seen and not declared is drawn in the
colour of a warning. A beat with deviations has that colour too and says them in words. Labels pass
docs_site/html/escape.py; assets/diagrams.js fills in the palette's colours.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from textwrap import wrap

from markupsafe import Markup

from docs_site.html.escape import html_attribute, mermaid_label, script_json, visible
from docs_site.html.number_format import format_count, format_pct
from docs_site.parts.words import deviation_noun
from orchestration.warehouse import Row

# Beyond this a chart is no longer read; the table of beats below says the same.
MOST_BEATS = 60
_LINE_LENGTH = 38
# How a flow can end without its end; the words stand in the chart.
_BAD_ENDS = {"failed": "flow failed", "cancelled": "flow cancelled", "unended": "flow never ended"}

_CLASSES = """
classDef seen fill:token_accent_soft,stroke:token_accent,color:token_ink
classDef unseen fill:token_surface,stroke:token_line_strong,color:token_muted,stroke-dasharray:4 3
classDef failed fill:token_critical_soft,stroke:token_critical,color:token_ink
classDef odd fill:token_warning_soft,stroke:token_warning,color:token_ink
classDef edge fill:token_sunken,stroke:token_line_strong,color:token_muted
"""


def sequence_diagram(beats: Sequence[Row], steps: Sequence[Row], deviations: Sequence[Row] = ()) -> str | None:
    """Return the chart's source, or None when there is nothing to draw or too much. `deviations` are groups."""
    if not beats or len(beats) > MOST_BEATS:
        return None
    names = _node_names(beats, steps)
    said = _said_of_beats(beats, deviations)
    lines = ["flowchart TD", 'begin(["begin"]):::edge', 'finish(["end"]):::edge']
    for movement, members in groupby(beats, key=lambda beat: (beat["movement_number"], beat["movement_name"])):
        lines.append(f'subgraph m{movement[0]}["{_label(movement[1] or "movement")}"]')
        lines += [_beat_node(beat, names, said.get(beat["beat_id"], [])) for beat in members]
        lines.append("end")
    lines += [_odd_node(node, name) for node, name in names.items() if node.startswith("undeclared:")]
    lines += [f'{names[node]}(["{words}"]):::failed' for node, words in _BAD_ENDS.items() if node in names]
    lines += _edges(beats, steps, names)
    return "\n".join(lines) + _CLASSES


def _said_of_beats(beats: Sequence[Row], deviations: Sequence[Row]) -> dict[str, list[tuple[str, str]]]:
    """Return what is said of each beat: words and severity. A topic declared twice needs the beat's number as well."""
    topics = [beat["topic"] for beat in beats]
    said: dict[str, list[tuple[str, str]]] = {}
    for group in deviations:
        for beat in beats:
            is_same = beat["topic"] is not None and beat["topic"] == group["topic"]
            if is_same and (topics.count(beat["topic"]) == 1 or beat["beat_number"] == group["beat_number"]):
                words = f"{deviation_noun(group['deviation_class'])}: {format_count(group['deviation_count'])}"
                said.setdefault(beat["beat_id"], []).append((words, group["severity"]))
    return said


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


def _beat_node(beat: Row, names: dict[str, str], said: Sequence[tuple[str, str]]) -> str:
    title = beat["beat_title"] or beat["topic"] or beat["handler_name"] or ""
    text = f"{beat['beat_number']}. {title}"
    count = f"{format_count(beat['execution_count'])} times" if beat["execution_count"] else "never seen"
    look = "seen" if beat["execution_count"] else "unseen"
    if any(severity == "critical" for _, severity in said) or beat["failed_count"]:
        look = "failed"
    elif any(severity == "warning" for _, severity in said):
        look = "odd"
    words = "".join(f"<br/>{_label(words)}" for words, severity in said if severity != "info")
    return f'{names[beat["beat_id"]]}["{_label(text)}<br/>{_label(count)}{words}"]:::{look}'


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
    totals: Counter[str] = Counter()
    for (before, _), count in counts.items():
        totals[before] += count
    lines: list[str] = []
    odd: list[int] = []
    for before, after in pairwise(order):
        count = counts.pop((before, after), 0)
        arrow = f'-->|"{_share(count, totals[before])}"|' if count else "-.->"
        lines.append(f"{names[before]} {arrow} {names[after]}")
    for (before, after), count in sorted(counts.items()):
        if before in names and after in names:
            odd.append(len(lines))
            lines.append(f'{names[before]} -->|"{_share(count, totals[before])}"| {names[after]}')
    if odd:
        numbers = ",".join(map(str, odd))
        lines.append(f"linkStyle {numbers} stroke:token_warning,color:token_warning,stroke-dasharray:5 4")
    return lines


def _share(count: int, total: int) -> str:
    # No < or > in a label: Mermaid would take it for markup.
    pct = format_pct(100 * count / total).replace("<", "under").replace(">", "over")
    return f"{format_count(count)} ({pct} %)"
