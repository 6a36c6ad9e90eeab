"""Which tests a generated file holds, what each plays and expects, whatever language it is written in.

With a player (the module that also answers replays) a test plays the whole flow in the application's own conductor;
without one it calls each handler of the flow by itself. The languages are script_tests.py and pytest_tests.py; what is
expected is script_expectations.py's.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestration.analysis.replay.suggested_test import ExpectedBeat, ExpectedHandler, FurtherFlow, SuggestedTest
from orchestration.exports.replay_bundle import bundle_object
from orchestration.exports.script_expectations import expected_flow, expected_handler

Runner = Literal["node", "vitest", "pytest"]
# Where these do not hold, the test does not play what production showed: mostly for want of an input.
_STRUCTURAL = ("status", "beats", "handlers", "error", "mayPublish", "always", "strange")
# What one execution alone showed: that its values do not come again says nothing against the test.
_OF_ONE_EXECUTION = ("/here", "/begins", "/unchanged")


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
            yield from _flow_cases(test, plan)
        return
    seen: set[str] = set()
    for test in tests:
        for case in _handler_cases(test, plan):
            # What two tests say alike, inputs and expectations, is said once.
            key = json.dumps([case.title, dict(case.inputs), case.expected], sort_keys=True, default=str)
            if key not in seen:
                seen.add(key)
                yield case


def modules_of(cases: Iterable[Case]) -> list[str]:
    """Return the modules the tests import, each once, in the order of their names."""
    return sorted({case.place.module for case in cases if case.place})


def _flow_cases(test: SuggestedTest, plan: CasePlan) -> Iterator[Case]:
    """Yield the test of the flow, and those of further flows that play as production did."""
    further, others = [], []
    for flow in test.further:
        test_id = f"{test.candidate_id}/{flow.flow_id}"
        if reason := plan.outcome.reason(test_id):
            others.append(f"the flow of {flow.evidence} does not play again: {reason}")
            continue
        evidence = [flow.evidence, *_missing(flow.bundle.missing_fields)]
        further.append(_flow_case(test_id, f"{test.title} (other values)", test.status, flow, evidence, plan))
    yield _flow_case(test.candidate_id, test.title, test.status, test, test.evidence, plan, others)
    yield from further


def _flow_case(
    test_id: str,
    title: str,
    status: str,
    flow: SuggestedTest | FurtherFlow,
    evidence: Sequence[str],
    plan: CasePlan,
    others: Sequence[str] = (),
) -> Case:
    places = plan.outcome.left_out.get(test_id, {})
    # Nothing but playing it can tell whether a flow leaves the same values again.
    return Case(
        test_id,
        title,
        evidence,
        expected_flow(status, flow.beats, places, plan.is_proven),
        plan.outcome.reason(test_id),
        [*_left_out(places), *others],
        bundle=bundle_object(flow.bundle),
    )


def _missing(fields: str | None) -> list[str]:
    return [f"missing: {fields}"] if fields else []


def _left_out(places: Mapping[str, str]) -> list[str]:
    """Return the rules that do not hold in words; values of one execution that do not come again share a line."""
    single = sorted(at for at in places if at.endswith(_OF_ONE_EXECUTION))
    words = [text for at, text in sorted(places.items()) if at not in single]
    if single:
        keys = sorted({at.rpartition("/")[0].rpartition("/")[2] for at in single})
        words.append(f"what this flow left in {', '.join(keys)}: it does not come out the same again")
    return words


def _handler_cases(test: SuggestedTest, plan: CasePlan) -> Iterator[Case]:
    flows: list[tuple[str, Sequence[str], Sequence[ExpectedBeat]]] = [(test.candidate_id, test.evidence, test.beats)]
    flows += [(f"{test.candidate_id}/{one.flow_id}", (one.evidence,), one.beats) for one in test.further]
    for number, (test_id, evidence, beats) in enumerate(flows):
        for at, handler in _handlers_of(beats):
            place = plan.handlers.get((handler.plugin_name, handler.handler_name))
            if place is None or not _holds_anything(handler):
                continue
            is_further = number > 0
            if is_further and (handler.unknown_inputs or plan.outcome.reason(f"{test_id}/{at}")):
                continue
            yield _handler_case(f"{test_id}/{at}", test.sequence_name, at, handler, place, evidence, plan)


def _handler_case(
    test_id: str,
    sequence: str,
    at: str,
    handler: ExpectedHandler,
    place: HandlerPlace,
    evidence: Sequence[str],
    plan: CasePlan,
) -> Case:
    places = plan.outcome.left_out.get(test_id, {})
    skipped = plan.outcome.reason(test_id)
    if handler.unknown_inputs and not plan.is_proven:
        skipped = f"the log does not show {', '.join(handler.unknown_inputs)}"
    return Case(
        test_id,
        f"{sequence}: {handler.handler_name}" + (" fails" if handler.status != "ok" else ""),
        [*evidence, f"n = {handler.execution_count} executions of {handler.handler_name} in this sequence"],
        expected_handler(at, handler, places, plan.is_proven),
        skipped,
        _left_out(places),
        at,
        place,
        dict(handler.inputs),
    )


def _handlers_of(beats: Sequence[ExpectedBeat]) -> Iterator[tuple[str, ExpectedHandler]]:
    for place, beat in enumerate(beats):
        for order, handler in enumerate(beat.handlers or ()):
            if handler.execution_count:
                yield f"{place}/{order}", handler


def _holds_anything(handler: ExpectedHandler) -> bool:
    """Return whether production shows more of the handler than that it ran: a test of that alone is always green."""
    return bool(handler.status != "ok" or handler.publishes or any(one.is_always for one in handler.changes))
