"""The dbt project keeps its shape: names, sizes, descriptions, contracts, tests."""

import re

import pytest

from tests.dbt.project_files import LAYERS, PROJECT, Model, glossary, models, sources, unit_tested_models

EVERY_MODEL = pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
PUBLIC = [model for model in models() if model.is_public]

GRAMMAR = {
    # What was done to the things; parts of one fact that are unioned later are "of" something.
    "intermediate": re.compile(r"int_[a-z]+(_[a-z]+)*s__([a-z_]*(ed|built)|of_[a-z]+)"),
    "marts": re.compile(r"(dim|fct)_[a-z]+(_[a-z]+)*"),
    "reports": re.compile(r"rpt_[a-z]+(_[a-z]+)*"),
}


FORBIDDEN_COLUMNS = {"event", "type", "name", "id", "data"}

LONGEST_MODEL = 100
# Models that decide what happened, rather than rename, join or count.
DECIDING = {
    "int_records__correlated",
    "int_flows__rebuilt",
    "int_beats__rebuilt",
    "int_beats__aligned",
    "int_handler_calls__paired",
    "int_handler_executions__named",
    "int_handler_executions__ended",
    "int_handler_ends__matched",
    "int_deviations__of_order",
    "int_deviations__of_absence",
}

SUFFIXES = {
    "_at": "timestamp with time zone",
    "_count": "bigint",
    "_line_number": "bigint",
    "_id": "varchar",
    "_path": "varchar",
}


@EVERY_MODEL
def test_a_model_has_a_description_beside_it_that_ends_with_its_grain(model: Model) -> None:
    assert model.properties, f"no {model.name}.yml beside the model"
    assert re.search(r"One row per [^.]+\.$", model.description.strip()), model.description


@EVERY_MODEL
def test_a_model_lies_in_a_layer_and_is_named_by_the_grammar_of_its_schema(model: Model) -> None:
    assert model.layer in LAYERS
    assert model.sql_path.parent.parent.parent == PROJECT / "models", "a topic is a folder of its layer"
    if model.schema == "staging":
        assert model.name in {f"stg_{source}__{table}" for source, table in sources()}
    else:
        assert GRAMMAR[model.schema].fullmatch(model.name)


@EVERY_MODEL
def test_a_model_is_read_on_two_screens(model: Model) -> None:
    assert len(model.code_lines()) <= LONGEST_MODEL


@EVERY_MODEL
def test_every_column_is_described_once_and_none_has_a_word_that_means_nothing(model: Model) -> None:
    assert not FORBIDDEN_COLUMNS & set(model.columns)
    listed = [column["name"] for column in model.properties.get("columns", [])]
    assert len(listed) == len(set(listed))
    for name, column in model.columns.items():
        assert column.get("description"), name


@pytest.mark.parametrize("model", PUBLIC, ids=lambda model: model.name)
def test_a_public_columns_definition_stands_in_the_glossary(model: Model) -> None:
    for name, column in model.columns.items():
        block = re.fullmatch(r"\{\{ doc\('(\w+)'\) \}\}", column["description"])
        assert block, f"{name} is described in place"
        assert block[1] in glossary(), f"{name} has no block {block[1]}"


@pytest.mark.parametrize("model", PUBLIC, ids=lambda model: model.name)
def test_a_public_columns_suffix_tells_its_type(model: Model) -> None:
    for name, column in model.columns.items():
        assert column.get("data_type"), f"{name} has no type: the contract is not complete"
        for suffix, data_type in SUFFIXES.items():
            if name.endswith(suffix):
                assert column["data_type"] == data_type, name
        if name.startswith(("is_", "has_")):
            assert column["data_type"] == "boolean", name
        if name.endswith(("_pct", "duration_ms")):
            assert column["data_type"] == "double", name


@pytest.mark.parametrize("model", PUBLIC, ids=lambda model: model.name)
def test_a_public_table_has_a_tested_key_or_is_a_report(model: Model) -> None:
    if model.schema == "marts":
        first, *_ = model.columns.values()
        assert {"unique", "not_null"} <= set(map(str, first.get("data_tests", []))), first["name"]


@EVERY_MODEL
def test_a_contract_is_enforced_on_what_is_public_and_on_nothing_else(model: Model) -> None:
    contract = model.properties.get("config", {}).get("contract", {})
    assert bool(contract.get("enforced")) == model.is_public


@pytest.mark.parametrize("model", PUBLIC, ids=lambda model: model.name)
def test_a_public_table_names_a_page_of_the_site(model: Model) -> None:
    """Test that Dagster's link from the table leads to a page that is there."""
    page = str(model.properties["config"]["meta"]["page"])
    site = PROJECT.parent / "docs_site" / "mkdocs.yml"
    assert f": {page.removesuffix('.html')}.md\n" in site.read_text(encoding="utf-8"), page


def test_models_that_decide_have_unit_tests() -> None:
    assert {model.name for model in models()} >= DECIDING
    assert unit_tested_models() >= DECIDING


def test_singular_tests_are_sentences() -> None:
    names = [path.stem for path in (PROJECT / "tests").glob("*.sql")]
    assert names
    assert all(re.fullmatch(r"assert_[a-z]+(_[a-z]+){2,}", name) for name in names), names


def test_every_block_of_the_glossary_is_used() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "models").rglob("*.yml"))
    assert {name for name in glossary() if f"doc('{name}')" not in text} == set()


def test_engine_specific_functions_live_in_macros() -> None:
    specific = re.compile(r"\b(list_transform|regexp_extract_all|struct_pack|read_parquet|epoch_ms|arg_min|arg_max)\(")
    assert {model.name: found for model in models() if (found := specific.findall("\n".join(model.code_lines())))} == {}
