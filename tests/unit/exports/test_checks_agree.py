"""The rules of generated tests say the same in JavaScript and in Python; handlers in Python are called as they are."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from orchestration.exports import generated_files

SUPPORT = Path(generated_files.__file__).parent / "test_support"
# A rule, what obeys it, what does not; links are to what was read.
READ = {"a": 7, "b": 3, "list": [1, 2, 4], "text": "D017", "texts": ["D017", "D020"], "named": {"x": 3, "y": 4}}
CASES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"is": "integer"}, [3, -1, 0], [3.5, "3", True, None, [3]]),
    ({"is": "number"}, [3, 3.5], ["3", False]),
    ({"is": "object"}, [{}, {"a": 1}], [[], None, "x"]),
    ({"equals": {"a": [1, None]}}, [{"a": [1, None]}], [{"a": [1]}, {"a": [1, None], "b": 1}]),
    ({"oneOf": ["x", 1, False]}, ["x", 1, False], ["1", 0, True]),
    ({"like": "^D[0-9]{3}$"}, ["D123"], ["D1234", "D123\n", "d123"]),
    ({"from": 2, "to": 5}, [2, 5, 3.5], [1, 6]),
    ({"length": 2}, [[1, 2]], [[1], [1, 2, 3]]),
    ({"lengthFrom": 1, "lengthTo": 2}, [[1], [1, 2]], [[], [1, 2, 3]]),
    ({"at": "lines[].quantity", "is": "integer"}, [{"lines": [{"quantity": 1}]}, {}], [{"lines": [{"quantity": "1"}]}]),
    ({"sameAs": "a"}, [7], [8, "7"]),
    ({"sameItemsAs": "list"}, [[4, 2, 1]], [[4, 2], [4, 2, 2]]),
    ({"itemsOf": "list"}, [[4, 4], []], [[5]]),
    ({"asManyAs": "list"}, [[0, 0, 0]], [[0]]),
    ({"asManyAs": "b"}, [[0, 0, 0]], [[0]]),
    ({"sumIs": "a"}, [[3, 4]], [[3, 5]]),
    ({"contains": "text"}, ["x D017 y"], ["D01"]),
    ({"eachContains": "texts"}, [["D017 a"], ["D017", "D020", "more"]], [["D020"], ["D020", "D017"]]),
    ({"sumOf": ["a", "b"]}, [10, 10.0000000001], [11, 4]),
    ({"differenceOf": ["a", "b"]}, [4], [-4]),
    ({"productOf": ["a", "b"]}, [21], [22]),
    ({"totalOf": "named"}, [7], [8]),
    ({"totalOf": "list"}, [7], [8]),
    ({"atMost": "a"}, [7, 1], [8]),
    ({"atLeast": "a"}, [7, 9], [6]),
    ({"sumOf": ["a", "absent"]}, [1, "anything"], []),
]


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the Python checks as a generated test does."""
    monkeypatch.syspath_prepend(str(SUPPORT))
    import sightline_checks

    yield sightline_checks
    for name in ("sightline_checks", "sightline_rules"):
        sys.modules.pop(name, None)


def expected(rule: dict[str, Any]) -> dict[str, Any]:
    return {"handler": "h", "status": "ok", "changes": {"key": {"values": [rule]}}}


def done(value: Any) -> dict[str, Any]:
    return {"status": "ok", "changes": [{"key": "key", "kind": "added", "value": value}]}


def test_each_rule_holds_and_does_not_hold_alike_in_both_languages(checks: ModuleType, tmp_path: Path) -> None:
    plays = [(rule, value) for rule, right, wrong in CASES for value in (*right, *wrong)]
    truth = [holds for _, right, wrong in CASES for holds in (*[True] * len(right), *[False] * len(wrong))]
    python = [not checks.handler_differences("0/0", expected(rule), done(value), READ) for rule, value in plays]
    assert python == truth
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: Python was checked only")
    inputs = json.dumps([[expected(rule), done(value)] for rule, value in plays])
    (tmp_path / "it.mjs").write_text(
        f"import {{ handlerDifferences }} from {json.dumps((SUPPORT / 'sightline-checks.mjs').as_uri())};\n"
        f"const found = {inputs}.map(([expected, done]) => {{\n"
        f"  try {{ return handlerDifferences('0/0', expected, done, {json.dumps(READ)}).length === 0; }}\n"
        "  catch { return false; }\n"
        "});\n"
        "console.log(JSON.stringify(found));\n"
    )
    told = subprocess.run([node, str(tmp_path / "it.mjs")], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == truth


def test_what_one_flow_left_and_left_alone_is_compared(checks: ModuleType) -> None:
    held = {"handler": "h", "status": "ok", "changes": {"a": {"here": {"x": 1}}, "b": {"unchanged": True}}}
    same = {"status": "ok", "changes": [{"key": "a", "kind": "added", "value": {"x": 1}}]}
    other = {"status": "ok", "changes": [{"key": key, "kind": "added", "value": 2} for key in "ab"]}
    assert checks.handler_differences("0/0", held, same, {}) == []
    assert [one["at"] for one in checks.handler_differences("0/0", held, other, {})] == [
        "0/0/a/here",
        "0/0/b/unchanged",
    ]


@pytest.mark.parametrize(
    ("shown", "value", "holds"),
    [
        ([1, 2], [1, 2, 3], True),
        ([1, 2], [1], False),
        ([1, 2], [2, 1, 3], False),
        ({"a": [1]}, {"a": [1, 2], "b": 3}, True),
        ({"a": {"x": "1"}}, {"a": {"x": 1}}, False),
        ([1], {"0": 1}, False),
    ],
)
def test_of_a_cut_value_its_beginning_is_held(checks: ModuleType, shown: Any, value: Any, holds: bool) -> None:
    rule = {"handler": "h", "status": "ok", "changes": {"key": {"begins": shown}}}
    found = checks.handler_differences("0/0", rule, done(value), {})
    assert [one["at"] for one in found] == ([] if holds else ["0/0/key/begins"])
    if node := shutil.which("node"):
        script = (
            f"import {{ handlerDifferences }} from {json.dumps((SUPPORT / 'sightline-checks.mjs').as_uri())};"
            f"console.log(handlerDifferences('0/0', {json.dumps(rule)}, {json.dumps(done(value))}, {{}}).length === 0);"
        )
        told = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == str(holds).lower()


def test_a_handler_may_return_or_change_the_state_and_may_be_a_coroutine(checks: ModuleType) -> None:
    async def handler(state: dict[str, Any], context: Any) -> dict[str, Any]:
        context.publish("topic", {"payload": 1})
        state.pop("old")
        state["kept"] += 1
        return {"new": (1, 2)}

    answer = checks.call_handler(handler, {"old": 1, "kept": 1})
    assert answer["published"] == ["topic"]
    assert sorted(answer["changes"], key=lambda one: str(one["key"])) == [
        {"key": "kept", "kind": "updated", "value": 2},
        {"key": "new", "kind": "added", "value": [1, 2]},
        {"key": "old", "kind": "removed"},
    ]
    assert checks.call_handler(lambda state: {"n": state["n"] + 1}, {"n": 1})["changes"][0]["value"] == 2
    assert checks.call_handler(lambda state: state["absent"], {})["error"] == "KeyError"


@pytest.mark.parametrize("has_init", [True, False])
def test_a_module_is_imported_by_the_packages_around_it(checks: ModuleType, has_init: bool, tmp_path: Path) -> None:
    package = tmp_path / f"shop_{has_init}"
    (package / "inner").mkdir(parents=True)
    if has_init:
        for folder in (package, package / "inner"):
            (folder / "__init__.py").write_text("")
    name = f"{package.name}.inner" if has_init else "inner"
    (package / "inner" / "words.py").write_text("WORD = 'said'\n")
    (package / "inner" / "orders.py").write_text(f"from {name}.words import WORD\ndef handler(state): return {{}}\n")
    module = checks.load_module(f"../{package.name}/inner/orders.py", str(tmp_path / "tests"))
    try:
        assert (module.__name__, module.WORD) == (f"{name}.orders", "said")
        assert checks.handler_of(module, "handler")({}) == {}
        with pytest.raises(LookupError):
            checks.handler_of(module, "absent")
    finally:
        for loaded in [one for one in sys.modules if one.split(".")[0] in (package.name, "inner")]:
            del sys.modules[loaded]
