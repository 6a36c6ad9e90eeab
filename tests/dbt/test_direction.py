"""Layers hold: declared, observed, judged, reports; a model reads its own layer and those before it.

What is declared by code and people knows nothing of logs. What one session's records say knows no statistic and no
judgement. What all sessions together say is judged. A report is a page's table, and no other model reads it.
"""

import re

from tests.dbt.project_files import LAYERS, PROJECT, Model, layer_of, models, references

LONGEST_CHAIN = 26


def test_no_model_reads_a_layer_after_its_own() -> None:
    height = {name: LAYERS.index(layer) for name, layer in layer_of().items()}
    assert not [(reader, read) for reader, read in references() if height[read] > height[reader]]


def test_no_model_reads_a_report() -> None:
    reports = {name for name, layer in layer_of().items() if layer == "reports" and name.startswith("rpt_")}
    assert not [(reader, read) for reader, read in references() if read in reports]


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


def observed_models() -> list[Model]:
    """Return what is built per group. The versions of groups say which; doors read whole files."""
    return [
        model
        for model in models()
        if model.layer == "observed" and not model.name.startswith("stg_") and model.name != "int_groups__versioned"
    ]


def test_observed_models_read_each_other_by_pending_groups_only() -> None:
    layer = layer_of()
    bare = {
        (model.name, read)
        for model in observed_models()
        for read in re.findall(r"\bref\('(\w+)'\)", model.sql_path.read_text(encoding="utf-8"))
        if layer.get(read) == "observed"
    }
    assert bare == set()


def test_what_is_the_same_for_all_observed_models_is_configured_once() -> None:
    said = {model.name for model in observed_models() if "config(" in model.sql_path.read_text(encoding="utf-8")}
    assert said == set()


def test_a_groups_version_tells_all_declared_tables_that_observed_models_read() -> None:
    layer = layer_of()
    read = {read for reader, read in references() if layer[reader] == "observed" and layer[read] == "declared"}
    text = (PROJECT / "macros" / "pending.sql").read_text(encoding="utf-8")
    fingerprint = text.split("macro declared_fingerprint", 1)[1].split("endmacro", 1)[0]
    assert set(re.findall(r"\bref\('(\w+)'\)", fingerprint)) == read


def test_observed_models_say_no_line_of_code_and_no_statistic_over_groups() -> None:
    for model in observed_models():
        assert not {"code_file_path", "code_line_number"} & set(model.columns), model.name
        text = model.sql_path.read_text(encoding="utf-8")
        assert not re.search(r"\bcode_(file_path|line_number)\b|percentile\(|is_accepted_by\(", text), model.name
