"""Which tests a generated file holds, what each plays and expects, whatever language it is written in.

With a player (the module that also answers replays) a test plays the whole flow in the application's own conductor;
without one it calls each handler of the flow by itself. The languages are script_tests.py and pytest_tests.py; what is
expected is script_expectations.py's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestration.analysis.suggested_test import ExpectedHandler, SuggestedTest
from orchestration.exports.replay_bundle import bundle_object
from orchestration.exports.script_expectations import expected_flow, expected_handler

Runner = Literal["node", "vitest", "pytest"]
# Where these do not hold, the test does not play what production showed: mostly for want of an input.
_STRUCTURAL = ("status", "beats", "handlers", "error", "mayPublish", "always", "strange")


@dataclass(frozen=True, slots=True)
class HandlerPlace:
    """Where a handler can be imported from: the import path as the test writes it, and the name of the function."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What playing the tests once showed: the places of each test that did not hold, with words for people."""

    left_out: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def reason(self, test_id: str) -> str | None:
        """Return why the whole test does not hold, or None when at most single rules do not."""
        for at, text in sorted(self.left_out.get(test_id, {}).items()):
            if not at or at.rpartition("/")[2] in _STRUCTURAL:
                return text
        return None


@dataclass(frozen=True, slots=True)
class CasePlan:
    """How tests are written: runner, player module or handler places, environment, what is left out."""

    runner: Runner
    player: str | None = None
    handlers: Mapping[tuple[str | None, str], HandlerPlace] = field(default_factory=dict)
    environment: str | None = None
    outcome: Outcome = field(default_factory=Outcome)
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One test: `place` and `inputs` where it calls a handler, `bundle` where it plays a flow."""

    test_id: str
    title: str
    evidence: Sequence[str]
    expected: Mapping[str, Any]
    skipped: str | None
    left_out: Sequence[str]
    at: str = ""
    place: HandlerPlace | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    bundle: Mapping[str, Any] = field(default_factory=dict)


def cases_of(tests: Sequence[SuggestedTest], plan: CasePlan) -> Iterator[Case]:
    """Yield the tests of one sequence, in the order of its file."""
    if plan.player:
        for test in tests:
            yield _flow_case(test, plan)
        return
    seen: set[tuple[str | None, str, str]] = set()
    for test in tests:
        for at, handler in _handlers_of(test):
            key = (handler.plugin_name, handler.handler_name, handler.status)
            place = plan.handlers.get(key[:2])
            if place is None or key in seen or not _holds_anything(handler):
                continue
            seen.add(key)
            yield _handler_case(test, at, handler, place, plan)


def modules_of(cases: Iterable[Case]) -> list[str]:
    """Return the modules the tests import, each once, in the order of their names."""
    return sorted({case.place.module for case in cases if case.place})


def _flow_case(test: SuggestedTest, plan: CasePlan) -> Case:
    places = plan.outcome.left_out.get(test.candidate_id, {})
    return Case(
        test.candidate_id,
        test.title,
        test.evidence,
        expected_flow(test, places),
        plan.outcome.reason(test.candidate_id),
        [text for _, text in sorted(places.items())],
        bundle=bundle_object(test.bundle),
    )


def _handler_case(test: SuggestedTest, at: str, handler: ExpectedHandler, place: HandlerPlace, plan: CasePlan) -> Case:
    test_id = f"{test.candidate_id}/{at}"
    places = plan.outcome.left_out.get(test_id, {})
    skipped = plan.outcome.reason(test_id)
    if handler.unknown_inputs and not plan.is_proven:
        skipped = f"the log does not show {', '.join(handler.unknown_inputs)}"
    return Case(
        test_id,
        f"{test.sequence_name}: {handler.handler_name}" + (" fails" if handler.status != "ok" else ""),
        [*test.evidence, f"n = {handler.execution_count} executions of {handler.handler_name} in this sequence"],
        expected_handler(at, handler, places),
        skipped,
        [text for _, text in sorted(places.items())],
        at,
        place,
        dict(handler.inputs),
    )


def _handlers_of(test: SuggestedTest) -> Iterator[tuple[str, ExpectedHandler]]:
    for place, beat in enumerate(test.beats):
        for order, handler in enumerate(beat.handlers or ()):
            if handler.execution_count:
                yield f"{place}/{order}", handler


def _holds_anything(handler: ExpectedHandler) -> bool:
    """Return whether production shows more of the handler than that it ran: a test of that alone is always green."""
    return bool(handler.status != "ok" or handler.publishes or any(one.is_always for one in handler.changes))
