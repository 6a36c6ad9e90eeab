"""The graph of handlers as files: each is valid in its format, whatever the names are."""

import json
import re
from xml.etree import ElementTree

import pytest

from orchestration.exports.handler_graph import (
    GRAPH_WRITERS,
    GraphEdge,
    GraphHandler,
    HandlerGraph,
    write_dot,
    write_graphml,
    write_json,
    write_mermaid,
)

NAUGHTY = (
    'say "hi" \\" ; } digraph',
    "<script>alert(1)</script>",
    "]] --> x; click y call alert()",
    "line\nend\x00\x1b[31m",
    "\ud800 broken",
    "\u202etxt",
)
NAMESPACE = {"g": "http://graphml.graphdrawing.org/xmlns"}


def graph_of(*names: str) -> HandlerGraph:
    handlers = tuple(GraphHandler(f"id{n}", name, name, n, "a.ts", 3) for n, name in enumerate(names))
    edges = tuple(
        GraphEdge(row.handler_id, "id0", "publishes_to", "both", 5, 4, None, 0.0, row.handler_name, "x.log", 7)
        for row in handlers
    )
    return HandlerGraph(handlers, edges)


def test_graphml_holds_every_attribute_and_leaves_out_nulls() -> None:
    root = ElementTree.fromstring(write_graphml(graph_of("one", "two")))
    assert len(root.findall(".//g:node", NAMESPACE)) == 2
    edge = root.find(".//g:edge", NAMESPACE)
    assert edge is not None
    found = {data.get("key"): data.text for data in edge}
    assert found["e_occurrence_count"] == "5"
    assert "e_p95_between_ms" not in found
    declared = {key.get("id"): key.get("attr.type") for key in root.findall("g:key", NAMESPACE)}
    assert (declared["e_p95_between_ms"], declared["n_execution_count"]) == ("double", "long")
    assert set(found) <= set(declared)


def test_json_is_the_columns_of_the_warehouse() -> None:
    found = json.loads(write_json(graph_of("one")))
    assert found["handlers"][0]["handler_name"] == "one"
    assert found["edges"][0]["p95_between_ms"] is None


def test_dot_and_mermaid_have_a_group_per_plugin_and_a_line_style_per_class() -> None:
    graph = graph_of("one", "two")
    assert write_dot(graph).count(b"subgraph cluster_") == 2
    assert b'"id1" -> "id0" [label="publishes_to 5", style="solid"];' in write_dot(graph)
    assert b'h1 -->|"publishes to 5"| h0' in write_mermaid(graph)


@pytest.mark.parametrize("name", NAUGHTY)
def test_hostile_names_stay_inside_their_label(name: str) -> None:
    graph = graph_of(name, "plain")
    ElementTree.fromstring(write_graphml(graph))
    json.loads(write_json(graph))
    dot = write_dot(graph).decode()
    unquoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", dot)
    assert "alert" not in unquoted
    assert unquoted.count("{") == unquoted.count("}") == 3
    mermaid = write_mermaid(graph).decode()
    assert len(mermaid.splitlines()) == 1 + 2 * 3 + 2
    assert "<" not in mermaid


@pytest.mark.parametrize("name", GRAPH_WRITERS)
def test_an_empty_graph_is_a_valid_file_and_the_same_each_time(name: str) -> None:
    _, write = GRAPH_WRITERS[name]
    assert write(HandlerGraph((), ())) == write(HandlerGraph((), ()))
