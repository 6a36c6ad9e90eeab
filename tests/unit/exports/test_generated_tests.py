"""Generated tests: hostile text stays text, edited files stay as they are, the same input gives the same bytes."""

import ast
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.analysis.replay.replay_model import BeatStep, HandlerStep, ReplayBundle
from orchestration.analysis.replay.suggested_test import (
    ExpectedBeat,
    ExpectedChange,
    ExpectedHandler,
    FurtherFlow,
    SuggestedTest,
)
from orchestration.analysis.replay.value_rules import Rule
from orchestration.exports import script_tests
from orchestration.exports.generated_cases import CasePlan, HandlerPlace, Outcome
from orchestration.exports.generated_files import generated_files
from orchestration.exports.gherkin import write_feature
from orchestration.exports.kept_file import is_untouched, place_for, stamped
from orchestration.exports.pytest_tests import write_pytest
from orchestration.exports.python_literals import python_block, python_literal
from orchestration.exports.script_tests import write_script

SUPPORT = Path(script_tests.__file__).parent / "test_support" / script_tests.CHECKS
HOSTILE = '"); globalThis.broken = 1; ("\n*/ globalThis.broken = 2; /*\u2028`${globalThis.broken = 3}`</script>\u202e'

PYTHON_HOSTILE = (
    '"; broken = 1; "\'; broken = 2\n"""\nbroken = 3\n\\\u2028{broken}\u202e\ud800 \U0001f600 # -*- coding: utf-7 -*-'
)


def containers(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


def suggested(text: str, changes: tuple[ExpectedChange, ...] = ()) -> SuggestedTest:
    handler = ExpectedHandler(text, text, "ok", 5, None, "src/a.ts", {text: text}, (), changes, (text,))
    step = BeatStep(text, "completed", text, 1, text, 7, (HandlerStep(text, text, "ok"),))
    bundle = ReplayBundle("f1", text, text, "completed", "live", 50.0, text, (), (step,), {text: json.dumps(text)})
    beats = (ExpectedBeat(text, "completed", (handler,)),)
    return SuggestedTest("c1", "conformant flow", text, text, text, (text,), "completed", bundle, beats)


def is_valid_script(script: str, folder: Path) -> bool:
    path = folder / "it.mjs"
    path.write_text(script)
    return subprocess.run(["node", "--check", str(path)], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("player", ["./play.js", None])
def test_log_text_enters_a_script_only_as_strings(player: str | None, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    rule = Rule(HOSTILE, "equals", HOSTILE, 5)
    test = suggested(HOSTILE, (ExpectedChange(HOSTILE, "added", True, True, (rule,)),))
    places = {(HOSTILE, HOSTILE): HandlerPlace("./module.js", HOSTILE)}
    outcome = Outcome({"c1": {f"0/0/x/:{HOSTILE}": HOSTILE}})
    script = write_script([test], CasePlan("node", player, places, outcome=outcome))
    assert script is not None
    assert script.isascii()
    assert is_valid_script(script, tmp_path)
    code = [line for line in script.splitlines() if not line.startswith("//")]
    assert not any(line.lstrip().startswith(("globalThis", "*/")) for line in code)
    (tmp_path / "module.js").write_text("export const other = 1;\n")
    (tmp_path / "play.js").write_text("export const play = () => { throw new Error('no'); };\n")
    shutil.copy(SUPPORT, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "it.mjs").write_text(script + "\nif (globalThis.broken) process.exit(42);\n")
    done = subprocess.run(["node", "it.mjs"], cwd=tmp_path, check=False, capture_output=True)
    assert done.returncode != 42


@pytest.mark.parametrize("player", ["./play.py", None])
def test_log_text_enters_a_test_for_pytest_only_as_literals(player: str | None, tmp_path: Path) -> None:
    rule = Rule(PYTHON_HOSTILE, "equals", PYTHON_HOSTILE, 5)
    test = suggested(PYTHON_HOSTILE, (ExpectedChange(PYTHON_HOSTILE, "added", True, True, (rule,), '"here"'),))
    places = {(PYTHON_HOSTILE, PYTHON_HOSTILE): HandlerPlace("./module.py", PYTHON_HOSTILE)}
    outcome = Outcome({"c1": {f"0/0/x/:{PYTHON_HOSTILE}": PYTHON_HOSTILE}})
    text = write_pytest([test], CasePlan("pytest", player, places, outcome=outcome))
    assert text is not None
    assert text.isascii()
    tree = ast.parse(text)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "broken"]
    held = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert PYTHON_HOSTILE in held, "the text is there, as it was"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), containers))
def test_every_value_of_json_is_a_literal_that_python_reads_back(value: object) -> None:
    text = python_literal(value)
    assert text.isascii()
    assert "\n" not in text
    assert eval(text, {"__builtins__": {"float": float}}) == value
    assert eval(python_block(value), {"__builtins__": {"float": float}}) == value


def test_sequences_whose_names_make_one_file_name_keep_their_files_apart() -> None:
    tests = [replace(suggested("flow"), sequence_key=key) for key in ("order/place", "order place", "pay")]
    names = [file.name for file in generated_files(tests, [CasePlan("node", "./play.js")])]
    assert len(names) == len(set(names)) == 7
    assert "pay.test.mjs" in names


def test_what_one_flow_left_is_asserted_only_where_it_is_proven_to_come_again() -> None:
    change = ExpectedChange("total", "added", True, True, (), "4711")
    test = suggested("flow", (change,))
    for is_proven in (True, False):
        script = write_script([test], CasePlan("node", "./play.js", is_proven=is_proven))
        assert script is not None
        assert ('"here": 4711' in script) == is_proven
    outcome = Outcome({"c1": {"0/0/total/here": "total is 5, in the flow it plays it was 4711"}})
    script = write_script([test], CasePlan("node", "./play.js", outcome=outcome, is_proven=True))
    assert script is not None
    assert '"here"' not in script
    assert "what this flow left in total: it does not come out the same again" in script


def test_a_handler_that_repeated_itself_in_production_needs_no_proof() -> None:
    change = ExpectedChange("total", "added", True, True, (), "4711")
    handler = ExpectedHandler("p", "h", "ok", 9, None, "a.py", {}, (), (change,), is_repeatable=True)
    test = replace(suggested("flow"), beats=(ExpectedBeat("t", "completed", (handler,)),))
    text = write_pytest([test], CasePlan("pytest", None, {("p", "h"): HandlerPlace("./a.py", "h")}))
    assert text is not None
    assert '"here": 4711' in text


def test_a_further_flow_that_does_not_play_again_is_named_in_a_comment() -> None:
    whole = suggested("flow")
    test = replace(whole, further=(FurtherFlow("f2", "session s, line 9", whole.bundle, whole.beats),))
    plan = CasePlan("node", "./play.js", outcome=Outcome({"c1/f2": {"beats": "another order"}}), is_proven=True)
    script = write_script([test], plan)
    assert script is not None
    assert script.count("\ntest") == 1
    assert "the flow of session s, line 9 does not play again: another order" in script


def test_log_text_stays_on_its_line_of_gherkin() -> None:
    feature = write_feature([suggested("x\nScenario: forged\n  Given nothing")])
    assert sum(line.strip().startswith("Scenario:") for line in feature.splitlines()) == 1


def test_an_edited_file_is_kept_and_the_new_one_goes_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.test.mjs"
    assert place_for(path) == path
    path.write_bytes(stamped("content\n", "//"))
    assert is_untouched(path.read_bytes())
    assert place_for(path) == path
    path.write_bytes(path.read_bytes() + b"// mine\n")
    assert place_for(path) == tmp_path / "a-regenerated.test.mjs"


def test_a_file_that_was_never_generated_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.test.mjs"
    path.write_text("mine")
    assert place_for(path) != path


def test_a_test_that_does_not_play_what_production_showed_is_skipped_with_its_reason() -> None:
    plan = CasePlan("node", "./play.js", outcome=Outcome({"c1": {"beats": "another order"}}))
    script = write_script([suggested("flow")], plan)
    assert script is not None
    assert "test.skip(" in script
    assert "left out: another order" in script


def test_a_rule_that_does_not_hold_is_left_out_and_said() -> None:
    change = ExpectedChange("total", "added", True, True, (Rule("", "equals", 4711, 5), Rule("", "is", "integer", 5)))
    plan = CasePlan("node", "./play.js", outcome=Outcome({"c1": {"0/0/total/:equals": "total equals 4711"}}))
    script = write_script([suggested("flow", (change,))], plan)
    assert script is not None
    assert '"equals": 4711' not in script
    assert '"is": "integer"' in script
    assert "left out: total equals 4711" in script


def test_a_handler_of_which_only_its_run_is_known_gets_no_test() -> None:
    beat = ExpectedBeat("t", "completed", (ExpectedHandler("p", "h", "ok", 9),))
    whole = suggested("flow")
    test = SuggestedTest("c", "conformant flow", "s", "s", "s", (), "completed", whole.bundle, (beat,))
    assert write_script([test], CasePlan("vitest", None, {("p", "h"): HandlerPlace("./a.ts", "h")})) is None
