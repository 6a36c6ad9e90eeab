"""Replays: the order against the declaration, two runs step by step, repeats, and what messages say of a request."""

import pytest

from orchestration.analysis.replay.replay_compare import compare_steps, differing_keys, first_divergence, replay_order
from orchestration.analysis.replay.replay_model import BeatStep, HandlerStep
from orchestration.analysis.replay.replay_values import values_of
from tests.unit.analysis.replay.replay_bundles import TOPICS, bundle, step

PICK, STROKE, DRY = TOPICS


def test_a_flow_in_declared_order_has_no_divergence() -> None:
    assert replay_order(bundle()) is None


@pytest.mark.parametrize(
    ("played", "kind", "position", "words"),
    [
        ((PICK, DRY), "missing_beat", 2, (STROKE, "not played")),
        ((PICK, STROKE, STROKE, DRY), "repeated_beat", 3, ("nothing more", STROKE)),
        ((PICK, STROKE, DRY, "paint:sign"), "unexpected_beat", 4, ("nothing more", "paint:sign")),
        ((), "missing_beat", 1, (PICK, "not played")),
    ],
)
def test_the_first_departure_from_the_declaration_is_named(
    played: tuple[str, ...], kind: str, position: int, words: tuple[str, str]
) -> None:
    found = replay_order(bundle(played))
    assert found is not None
    assert (found.kind, found.position, (found.expected, found.observed)) == (kind, position, words)


def test_a_beat_tried_again_after_its_failure_is_no_repetition() -> None:
    again = (step(PICK), step(STROKE, status="failed"), step(STROKE), step(DRY))
    assert replay_order(bundle(observed=again)) is None


def test_without_a_declaration_nothing_diverges() -> None:
    assert replay_order(bundle(declared=())) is None


def test_equal_runs_agree_in_every_step_and_change() -> None:
    run = [step(PICK, color='"red"'), step(STROKE, length="3")]
    found = compare_steps(run, run)
    assert found.divergence is None
    assert (found.step_count, found.change_count, found.equal_key_count) == (2, 2, 2)
    assert (found.value_count, found.equal_value_count) == (2, 2)


def test_values_that_differ_are_counted_and_are_no_divergence() -> None:
    found = compare_steps([step(PICK, color='"red"', shade="1")], [step(PICK, color='"blue"')])
    assert found.divergence is None
    assert (found.change_count, found.equal_key_count, found.value_count, found.equal_value_count) == (2, 1, 2, 0)


@pytest.mark.parametrize(
    ("replayed", "kind", "position"),
    [
        ([step(PICK)], "step_missing", 2),
        ([step(PICK), step(STROKE), step(DRY)], "step_added", 3),
        ([step(PICK), step(DRY)], "other_step", 2),
        ([step(PICK), step(STROKE, status="failed")], "other_end", 2),
        ([step(PICK), BeatStep(STROKE, "completed")], "other_handlers", 2),
        ([step(PICK), BeatStep(STROKE, "completed", handlers=(HandlerStep("Paint", "stroke", "error"),))],
         "other_handler_end", 2),
    ],
)  # fmt: skip
def test_the_first_step_that_differs_is_the_divergence(replayed: list[BeatStep], kind: str, position: int) -> None:
    found = first_divergence([step(PICK, 10), step(STROKE, 20)], replayed)
    assert found is not None
    assert (found.kind, found.position) == (kind, position)


def test_only_what_came_before_the_divergence_is_compared() -> None:
    found = compare_steps([step(PICK, a="1"), step(STROKE, b="2")], [step(PICK, a="1"), step(DRY, b="2")])
    assert (found.step_count, found.change_count) == (1, 1)


def test_keys_whose_values_differ_between_repeats_are_named() -> None:
    first = [step(PICK, color='"red"', seed="1"), step(STROKE, seed="2")]
    again = [step(PICK, color='"red"', seed="1"), step(STROKE, seed="3")]
    assert differing_keys([first, again]) == ["seed"]
    assert differing_keys([first]) == []


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ('ui.action action="enter \\"it\\"" input="a\\nb"', {"action": '"enter \\"it\\""', "input": '"a\\nb"'}),
        ("play ENTRY: pluginId=CanvasPlugin, at=now (perf=24.5ms)",
         {"pluginId": '"CanvasPlugin"', "at": '"now"', "perf": '"24.5ms"'}),
        ("n=3 ok=true none=null big=007", {"n": "3", "ok": "true", "none": "null", "big": '"007"'}),
        ('published {"sku": "D1", "lines": [1]} to all', {"sku": '"D1"', "lines": "[1]"}),
        ("payload: {\u2026} a=1 a=2", {"a": "1"}),
        ("nothing", {}),
    ],
)  # fmt: skip
def test_values_are_read_from_messages_of_any_application(message: str, values: dict[str, str]) -> None:
    assert values_of(message) == values


def test_a_message_that_is_one_deep_bracket_is_read_without_harm() -> None:
    assert values_of('{"' + "[" * 5000) == {}
    assert len(values_of(" ".join(f"k{number}=1" for number in range(500)))) == 60
