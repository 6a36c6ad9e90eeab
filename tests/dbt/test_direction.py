"""Layers hold: declared, observed, judged, reports; a model reads its own layer and those before it.

What is declared by code and people knows nothing of logs. What one session's records say knows no statistic and no
judgement. What all sessions together say is judged. A report is a page's table, and no other model reads it.
"""

from tests.dbt.project_files import LAYERS, layer_of, references

# References against the order that are still there. This list may only shrink.
UPWARD = {
    ("int_beats__framed", "dim_beats"),
    ("int_beats__framed", "fct_flows"),
    ("int_executions__placed", "fct_flows"),
    ("int_frames__measured", "fct_flows"),
    ("int_functions__reached", "dim_handlers"),
    ("int_handler_pairs__observed", "dim_beats"),
    ("int_handler_pairs__observed", "dim_sequences"),
    ("int_session_moments__classified", "dim_sessions"),
    ("int_session_moments__classified", "fct_flows"),
}
LONGEST_CHAIN = 35


def test_no_model_reads_a_layer_after_its_own() -> None:
    height = {name: LAYERS.index(layer) for name, layer in layer_of().items()}
    assert {(reader, read) for reader, read in references() if height[read] > height[reader]} == UPWARD


def test_no_model_reads_a_report() -> None:
    reports = {name for name, layer in layer_of().items() if layer == "reports" and name.startswith("rpt_")}
    assert {(reader, read) for reader, read in references() if read in reports} == set()


def test_the_longest_chain_of_models_does_not_grow() -> None:
    reads: dict[str, set[str]] = {}
    for reader, read in references():
        reads.setdefault(reader, set()).add(read)
    depth: dict[str, int] = {}

    def depth_of(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max(map(depth_of, reads.get(name, ())), default=0)
        return depth[name]

    assert max(map(depth_of, layer_of())) <= LONGEST_CHAIN
