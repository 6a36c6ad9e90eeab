"""The graph of handlers as a file: GraphML, DOT, mermaid or JSON.

Rows in, bytes out; the same rows give the same bytes. Names are log and code text and are escaped for each format.
Where rows come from and files go belongs to orchestration/cli/exporting.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape

from orchestration.exports.json_bytes import json_bytes


@dataclass(frozen=True, slots=True)
class GraphHandler:
    """A handler of the graph."""

    handler_id: str
    handler_name: str
    plugin_name: str | None
    execution_count: int
    code_file_path: str | None
    code_line_number: int | None


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A connection of the graph; `p95_between_ms` and `error_pct` are null where the logs do not allow them."""

    from_handler_id: str
    to_handler_id: str
    edge_kind: str
    edge_class: str
    occurrence_count: int
    flow_count: int
    p95_between_ms: float | None
    error_pct: float | None
    via: str | None
    log_file_path: str | None
    line_number: int | None


@dataclass(frozen=True, slots=True)
class HandlerGraph:
    """Handlers and the connections between them."""

    handlers: tuple[GraphHandler, ...]
    edges: tuple[GraphEdge, ...]


# XML 1.0 has no way to write these, escaped or not.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TYPES = {str: "string", int: "long", float: "double"}
_DASHES = {"declared_only": "dashed", "observed_only": "dotted", "both": "solid"}
_ARROWS = {"declared_only": "-.->", "observed_only": "==>", "both": "-->"}


def write_graphml(graph: HandlerGraph) -> bytes:
    """Return GraphML 1.1, as Gephi, yEd and networkx read it; attributes that are null are left out."""
    keys = [
        *(("node", name, kind) for name, kind in _attributes(GraphHandler, ("handler_id",))),
        *(("edge", name, kind) for name, kind in _attributes(GraphEdge, ("from_handler_id", "to_handler_id"))),
    ]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [
        f'  <key id="{target[0]}_{name}" for="{target}" attr.name="{name}" attr.type="{kind}"/>'
        for target, name, kind in keys
    ]
    lines.append('  <graph id="handlers" edgedefault="directed">')
    for handler in graph.handlers:
        lines.append(f'    <node id="{_xml(handler.handler_id)}">{_data("n", asdict(handler), ("handler_id",))}</node>')
    for number, edge in enumerate(graph.edges):
        ends = f'source="{_xml(edge.from_handler_id)}" target="{_xml(edge.to_handler_id)}"'
        data = _data("e", asdict(edge), ("from_handler_id", "to_handler_id"))
        lines.append(f'    <edge id="e{number}" {ends}>{data}</edge>')
    return _utf8([*lines, "  </graph>", "</graphml>"])


def _attributes(row: type, left_out: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for name, kind in row.__annotations__.items():
        base = next(word for word in (str, int, float) if word in (kind, *getattr(kind, "__args__", ())))
        if name not in left_out:
            found.append((name, _TYPES[base]))
    return found


def _data(prefix: str, values: Mapping[str, object], left_out: Sequence[str]) -> str:
    return "".join(
        f'<data key="{prefix}_{name}">{_xml(str(value))}</data>'
        for name, value in values.items()
        if name not in left_out and value is not None
    )


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), quote=True)


def write_dot(graph: HandlerGraph) -> bytes:
    """Return DOT, as Graphviz reads it: a cluster per plugin, a colourless line style per class."""
    lines = ["digraph handlers {", '  rankdir="LR";', '  node [shape="box"];']
    for number, (plugin, handlers) in enumerate(_by_plugin(graph)):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_dot(plugin)};"]
        lines += [f"    {_dot(row.handler_id)} [label={_dot(row.handler_name)}];" for row in handlers]
        lines.append("  }")
    for edge in graph.edges:
        label = _dot(f"{edge.edge_kind} {edge.occurrence_count}")
        ends = f"{_dot(edge.from_handler_id)} -> {_dot(edge.to_handler_id)}"
        lines.append(f'  {ends} [label={label}, style="{_DASHES[edge.edge_class]}"];')
    return _utf8([*lines, "}"])


def _dot(text: str) -> str:
    # A quoted string of DOT ends at a quote that no backslash stands before; a line end would be a line of the label.
    line = " ".join(text.replace("\0", "\ufffd").split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_mermaid(graph: HandlerGraph) -> bytes:
    """Return a mermaid flow chart: a subgraph per plugin. Mermaid itself draws 500 connections at most by default."""
    names = {row.handler_id: f"h{number}" for number, row in enumerate(graph.handlers)}
    lines = ["flowchart LR"]
    for number, (plugin, handlers) in enumerate(_by_plugin(graph)):
        lines.append(f'  subgraph p{number}["{_mermaid(plugin)}"]')
        lines += [f'    {names[row.handler_id]}["{_mermaid(row.handler_name)}"]' for row in handlers]
        lines.append("  end")
    for edge in graph.edges:
        label = _mermaid(f"{edge.edge_kind.replace('_', ' ')} {edge.occurrence_count}")
        arrow = _ARROWS[edge.edge_class]
        lines.append(f'  {names[edge.from_handler_id]} {arrow}|"{label}"| {names[edge.to_handler_id]}')
    return _utf8(lines)


def _mermaid(text: str) -> str:
    line = " ".join(text.replace("\0", "\ufffd").split())
    return re.sub(r"[!-/:-@\[-`{-~]", lambda match: f"#{ord(match[0])};", line)


def write_json(graph: HandlerGraph) -> bytes:
    """Return JSON: `handlers` and `edges`, the columns as they are in the warehouse."""
    return json_bytes(
        {"handlers": [asdict(row) for row in graph.handlers], "edges": [asdict(row) for row in graph.edges]}
    )


def _by_plugin(graph: HandlerGraph) -> list[tuple[str, list[GraphHandler]]]:
    plugins: dict[str, list[GraphHandler]] = {}
    for handler in graph.handlers:
        plugins.setdefault(handler.plugin_name or "no plugin", []).append(handler)
    return sorted(plugins.items())


def _utf8(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


GRAPH_WRITERS: Mapping[str, tuple[str, Callable[[HandlerGraph], bytes]]] = {
    "graphml": ("graphml", write_graphml),
    "dot": ("dot", write_dot),
    "mermaid": ("mmd", write_mermaid),
    "json": ("json", write_json),
}
