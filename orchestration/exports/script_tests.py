"""Generated tests as scripts: node:test and Vitest, a file per sequence.

With a player (the module that also answers replays) a test plays the whole flow in the application's own conductor;
without one it calls each handler of the flow by itself. The comparing is test_support/sightline-checks.mjs, which is
written beside them; what is expected is script_expectations.py's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from orchestration.analysis.suggested_test import ExpectedHandler, SuggestedTest
from orchestration.exports.replay_bundle import bundle_object
from orchestration.exports.script_expectations import expected_flow, expected_handler
from orchestration.exports.script_literals import block, comment, literal

Runner = Literal["node", "vitest"]
CHECKS = "sightline-checks.mjs"
SUFFIXES: Mapping[str, str] = {"node": ".test.mjs", "vitest": ".spec.ts"}
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
class ScriptPlan:
    """How scripts are written: runner, player module or handler places, environment, what is left out."""

    runner: Runner
    player: str | None = None
    handlers: Mapping[tuple[str | None, str], HandlerPlace] = field(default_factory=dict)
    environment: str | None = None
    outcome: Outcome = field(default_factory=Outcome)
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    test_id: str
    title: str
    evidence: Sequence[str]
    body: Sequence[str]
    skipped: str | None
    left_out: Sequence[str]


def write_script(tests: Sequence[SuggestedTest], plan: ScriptPlan) -> str | None:
    """Return the script of one sequence's tests; None when nothing of it can be written."""
    cases = list(_cases(tests, plan))
    if not cases:
        return None
    lines = list(_head(tests, plan))
    for case in cases:
        lines += _case_lines(case, plan)
    return "\n".join(lines) + "\n"


def test_ids(tests: Iterable[SuggestedTest], plan: ScriptPlan) -> list[str]:
    """Return the ids of the tests a script would hold, in its order."""
    return [case.test_id for case in _cases(list(tests), plan)]


def _head(tests: Sequence[SuggestedTest], plan: ScriptPlan) -> Iterator[str]:
    if plan.environment and plan.runner == "vitest":
        yield f"/* @vitest-environment {comment(plan.environment)} */"
    yield "// Tests of what production showed. Each names its evidence: a session, a line of its log, how many flows."
    if plan.runner == "node":
        yield 'import assert from "node:assert/strict";'
        yield 'import { test } from "node:test";'
    else:
        yield 'import { expect, test } from "vitest";'
    if plan.player:
        yield f'import {{ differencesOf, flowDifferences }} from "./{CHECKS}";'
        yield f"import {{ play }} from {literal(plan.player)};"
        return
    yield f'import {{ callHandler, differencesOf, handlerDifferences, handlerOf }} from "./{CHECKS}";'
    for number, module in enumerate(_modules(tests, plan)):
        yield f"import * as module{number} from {literal(module)};"


def _cases(tests: Sequence[SuggestedTest], plan: ScriptPlan) -> Iterator[_Case]:
    if plan.player:
        for test in tests:
            yield _flow_case(test, plan)
        return
    modules = _modules(tests, plan)
    seen: set[tuple[str | None, str, str]] = set()
    for test in tests:
        for at, handler in _handlers_of(test):
            key = (handler.plugin_name, handler.handler_name, handler.status)
            place = plan.handlers.get(key[:2])
            if place is None or key in seen or not _holds_anything(handler):
                continue
            seen.add(key)
            yield _handler_case(test, at, handler, place, modules, plan)


def _flow_case(test: SuggestedTest, plan: ScriptPlan) -> _Case:
    places = plan.outcome.left_out.get(test.candidate_id, {})
    body = [
        f"const expected = {block(expected_flow(test, places), 1)};",
        f"const bundle = {block(bundle_object(test.bundle), 1)};",
        'const answer = await play({ level: "live", repeat: 0, bundle });',
        "return flowDifferences(expected, answer);",
    ]
    return _Case(
        test.candidate_id,
        test.title,
        test.evidence,
        body,
        plan.outcome.reason(test.candidate_id),
        [text for _, text in sorted(places.items())],
    )


def _handler_case(
    test: SuggestedTest,
    at: str,
    handler: ExpectedHandler,
    place: HandlerPlace,
    modules: Sequence[str],
    plan: ScriptPlan,
) -> _Case:
    test_id = f"{test.candidate_id}/{at}"
    places = plan.outcome.left_out.get(test_id, {})
    body = [
        f"const inputs = {block(dict(handler.inputs), 1)};",
        f"const expected = {block(expected_handler(at, handler, places), 1)};",
        f"const handler = handlerOf(module{modules.index(place.module)}, {literal(place.name)});",
        f"return handlerDifferences({literal(at)}, expected, await callHandler(handler, inputs), inputs);",
    ]
    skipped = plan.outcome.reason(test_id)
    if handler.unknown_inputs and not plan.is_proven:
        skipped = f"the log does not show {', '.join(handler.unknown_inputs)}"
    evidence = [*test.evidence, f"n = {handler.execution_count} executions of {handler.handler_name} in this sequence"]
    title = f"{test.sequence_name}: {handler.handler_name}" + (" fails" if handler.status != "ok" else "")
    return _Case(test_id, title, evidence, body, skipped, [text for _, text in sorted(places.items())])


def _case_lines(case: _Case, plan: ScriptPlan) -> Iterator[str]:
    yield ""
    for line in case.evidence:
        yield f"// Evidence: {comment(line)}"
    for line in case.left_out:
        yield f"// Does not hold in the application as it is, and is left out: {comment(line)}"
    call = "test.skip" if case.skipped else "test"
    yield f"{call}({literal(case.title)}, async () => {{"
    yield f"  const found = await differencesOf({literal(case.test_id)}, async () => {{"
    for line in case.body:
        yield from (f"    {part}" if place == 0 else f"  {part}" for place, part in enumerate(line.split("\n")))
    yield "  });"
    yield "  assert.deepEqual(found, []);" if plan.runner == "node" else "  expect(found).toEqual([]);"
    yield "});"


def _handlers_of(test: SuggestedTest) -> Iterator[tuple[str, ExpectedHandler]]:
    for place, beat in enumerate(test.beats):
        for order, handler in enumerate(beat.handlers or ()):
            if handler.execution_count:
                yield f"{place}/{order}", handler


def _holds_anything(handler: ExpectedHandler) -> bool:
    """Return whether production shows more of the handler than that it ran: a test of that alone is always green."""
    return bool(handler.status != "ok" or handler.publishes or any(one.is_always for one in handler.changes))


def _modules(tests: Sequence[SuggestedTest], plan: ScriptPlan) -> list[str]:
    keys = {(one.plugin_name, one.handler_name) for test in tests for _, one in _handlers_of(test)}
    return sorted({plan.handlers[key].module for key in keys if key in plan.handlers})
