"""A bundle is a file that says everything once, and comes back as it was; an answer is trusted for its shape only."""

import json
import sys
from pathlib import Path

import pytest

from orchestration.analysis.replay.replay_model import ReplayInput
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.exports.replay_bundle import bundle_object, read_bundle, write_bundle
from orchestration.exports.replay_command import ReplayCommand, ask, read_answer
from tests.unit.analysis.replay.replay_bundles import bundle, with_inputs

INPUTS = (
    ReplayInput("color", "known", '"red"'),
    ReplayInput("lines", "cut", '[{"sku":"D'),
    ReplayInput("shade", "not_shown"),
    ReplayInput("brush", "not_logged", None, '"flat"', 4),
    ReplayInput("input", "not_logged"),
)
ECHO = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    steps = asked["bundle"]["observed"]
    print(json.dumps({"status": "completed", "steps": steps, "stand_ins": [asked["level"], str(asked["repeat"])]}))
"""


def command(code: str, timeout: float = 20.0) -> ReplayCommand:
    return ReplayCommand((sys.executable, "-c", code), Path.cwd(), timeout)


def test_a_bundle_comes_back_as_it_was_written() -> None:
    made = with_inputs(bundle(), *INPUTS)
    assert read_bundle(write_bundle(made), "bundle.json") == made
    assert write_bundle(made) == write_bundle(made)


def test_a_bundle_says_of_each_input_what_is_known() -> None:
    value = bundle_object(with_inputs(bundle(), *INPUTS))
    assert value["observed"][0]["handlers"][0]["inputs"] == [
        {"key": "color", "state": "known", "value": "red"},
        {"key": "lines", "state": "cut", "shown": '[{"sku":"D'},
        {"key": "shade", "state": "not_shown"},
        {"key": "brush", "state": "not_logged", "candidate": "flat", "line": 4},
        {"key": "input", "state": "not_logged"},
    ]


def test_inputs_of_the_request_are_known_where_its_records_name_them() -> None:
    value = bundle_object(with_inputs(bundle(), *INPUTS))
    assert value["inputs"] == [
        {"key": "brush", "state": "not_logged", "candidate": "flat", "line": 4},
        {"key": "input", "state": "known", "value": "<b>red</b>"},
    ]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"sightline_replay": 1}', b"\xff\xfe"])
def test_what_is_no_bundle_is_said_with_the_files_name(content: bytes) -> None:
    with pytest.raises(UsageError, match=r"odd\.json"):
        read_bundle(content, "odd.json")


def test_a_bundle_of_another_version_is_refused() -> None:
    value = bundle_object(bundle()) | {"sightline_replay": 2}
    with pytest.raises(UsageError, match="version 2"):
        read_bundle(json.dumps(value).encode(), "new.json")


def test_every_bundle_gets_an_answer_per_repeat() -> None:
    made = [bundle(), bundle(flow_id="f2")]
    answered = list(ask(command(ECHO), made, "live", 3))
    assert [one.flow_id for one, _ in answered] == ["f1", "f2"]
    assert [answer.stand_ins for answer in answered[0][1]] == [("live", "0"), ("live", "1"), ("live", "2")]
    assert answered[1][1][0].steps == made[1].observed


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit('out of paint')", "ended with 1: out of paint"),
        ("pass", "answered 0 of 1 requests"),
        ("print('hello')", "no answer but: hello"),
        ("print('{}')", "no answer but"),
        ("print('[1]')", "no answer but"),
    ],
)
def test_a_command_that_does_not_keep_the_contract_is_named(code: str, said: str) -> None:
    with pytest.raises(SightlineError, match=said):
        list(ask(command(code), [bundle()], "live", 1))


def test_a_command_that_hangs_is_ended() -> None:
    with pytest.raises(SightlineError, match=r"more than 0\.2 s"):
        list(ask(command("import time; time.sleep(60)", 0.2), [bundle()], "live", 1))


def test_a_command_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="cannot be started"):
        list(ask(ReplayCommand(("no-such-program",), Path.cwd(), 1.0), [bundle()], "live", 1))


def test_an_answers_words_are_taken_as_text() -> None:
    answer = read_answer(b'{"status": 7, "steps": [{"topic": 1, "handlers": [{}]}], "error": ["x"]}')
    assert (answer.status, answer.steps[0].topic, answer.error) == ("7", "1", "['x']")
