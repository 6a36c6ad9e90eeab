"""Generated tests as scripts: node:test and Vitest, a file per sequence.

What a file holds is generated_cases.py's. The comparing is test_support/sightline-checks.mjs, which is written beside
them.
"""

from collections.abc import Iterator, Mapping, Sequence

from orchestration.analysis.replay.suggested_test import SuggestedTest
from orchestration.exports.generated_cases import Case, CasePlan, cases_of, modules_of
from orchestration.exports.script_literals import block, comment, literal

CHECKS = "sightline-checks.mjs"
SUFFIXES: Mapping[str, str] = {"node": ".test.mjs", "vitest": ".spec.ts"}


def write_script(tests: Sequence[SuggestedTest], plan: CasePlan) -> str | None:
    """Return the script of one sequence's tests; None when nothing of it can be written."""
    cases = list(cases_of(tests, plan))
    if not cases:
        return None
    modules = modules_of(cases)
    lines = list(_head(modules, plan))
    for case in cases:
        lines += _case_lines(case, modules, plan)
    return "\n".join(lines) + "\n"


def script_text(case: Case, modules: Sequence[str], plan: CasePlan) -> str:
    """Return the text of one test."""
    return "\n".join(_case_lines(case, modules, plan)).strip()


def _head(modules: Sequence[str], plan: CasePlan) -> Iterator[str]:
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
    for number, module in enumerate(modules):
        yield f"import * as module{number} from {literal(module)};"


def _case_lines(case: Case, modules: Sequence[str], plan: CasePlan) -> Iterator[str]:
    yield ""
    for line in case.evidence:
        yield f"// Evidence: {comment(line)}"
    for line in case.left_out:
        yield f"// Does not hold in the application as it is, and is left out: {comment(line)}"
    call = "test.skip" if case.skipped else "test"
    yield f"{call}({literal(case.title)}, async () => {{"
    yield f"  const found = await differencesOf({literal(case.test_id)}, async () => {{"
    for line in _body(case, modules):
        yield from (f"    {part}" if place == 0 else f"  {part}" for place, part in enumerate(line.split("\n")))
    yield "  });"
    yield "  assert.deepEqual(found, []);" if plan.runner == "node" else "  expect(found).toEqual([]);"
    yield "});"


def _body(case: Case, modules: Sequence[str]) -> Iterator[str]:
    if case.place is None:
        yield f"const expected = {block(case.expected, 1)};"
        yield f"const bundle = {block(case.bundle, 1)};"
        yield 'const answer = await play({ level: "live", repeat: 0, bundle });'
        yield "return flowDifferences(expected, answer);"
        return
    yield f"const inputs = {block(case.inputs, 1)};"
    yield f"const expected = {block(case.expected, 1)};"
    yield f"const handler = handlerOf(module{modules.index(case.place.module)}, {literal(case.place.name)});"
    yield f"return handlerDifferences({literal(case.at)}, expected, await callHandler(handler, inputs), inputs);"
