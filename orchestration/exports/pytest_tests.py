"""Generated tests for pytest, where handlers are Python: a file per sequence.

What a file holds is generated_cases.py's. The comparing is test_support/sightline_checks.py, which is written beside
them with its rules.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from orchestration.analysis.replay.suggested_test import SuggestedTest
from orchestration.exports.generated_cases import Case, CasePlan, cases_of, modules_of
from orchestration.exports.python_literals import python_block, python_literal
from orchestration.exports.script_literals import comment

CHECKS = ("sightline_checks.py", "sightline_rules.py")
_LONGEST_NAME = 60


def write_pytest(tests: Sequence[SuggestedTest], plan: CasePlan) -> str | None:
    """Return the file of one sequence's tests; None when nothing of it can be written."""
    cases = list(cases_of(tests, plan))
    if not cases:
        return None
    modules = modules_of(cases)
    lines = list(_head(cases, modules, plan))
    for case in cases:
        lines += _case_lines(case, modules)
    return "\n".join(lines) + "\n"


def pytest_text(case: Case, modules: Sequence[str]) -> str:
    """Return the text of one test."""
    return "\n".join(_case_lines(case, modules)).strip()


def _head(cases: Sequence[Case], modules: Sequence[str], plan: CasePlan) -> Iterator[str]:
    yield "# Tests of what production showed. Each names its evidence: a session, a line of its log, how many flows."
    yield "import sys"
    yield "from pathlib import Path"
    yield ""
    if any(case.skipped for case in cases):
        yield "import pytest"
        yield ""
    yield "HERE = str(Path(__file__).parent)"
    yield "sys.path[:0] = [] if HERE in sys.path else [HERE]"
    names = "call_handler, differences_of, handler_differences, handler_of, load_module"
    if plan.player:
        names = "differences_of, flow_differences, load_module"
    yield f"from sightline_checks import {names}  # noqa: E402"
    yield ""
    if plan.player:
        yield f"play = load_module({python_literal(plan.player)}, HERE).play"
    for number, module in enumerate(modules):
        yield f"MODULE_{number} = {python_literal(module)}"


def _case_lines(case: Case, modules: Sequence[str]) -> Iterator[str]:
    yield from ("", "", f"# {comment(case.title)}")
    for line in case.evidence:
        yield f"# Evidence: {comment(line)}"
    for line in case.left_out:
        yield f"# Does not hold in the application as it is, and is left out: {comment(line)}"
    if case.skipped:
        yield f"@pytest.mark.skip(reason={python_literal(case.skipped)})"
    yield f"def {_name(case)}() -> None:"
    for line in _values(case):
        yield from (f"    {part}" for part in line.split("\n"))
    yield ""
    yield "    def produce():"
    yield from (f"        {line}" for line in _body(case, modules))
    yield ""
    yield f"    assert differences_of({python_literal(case.test_id)}, produce) == []"


def _values(case: Case) -> Iterator[str]:
    if case.place is None:
        yield f"expected = {python_block(case.expected)}"
        yield f"bundle = {python_block(case.bundle)}"
    else:
        yield f"inputs = {python_block(case.inputs)}"
        yield f"expected = {python_block(case.expected)}"


def _body(case: Case, modules: Sequence[str]) -> Iterator[str]:
    if case.place is None:
        yield 'return flow_differences(expected, play({"level": "live", "repeat": 0, "bundle": bundle}))'
        return
    module = f"MODULE_{modules.index(case.place.module)}"
    yield f"handler = handler_of(load_module({module}, HERE), {python_literal(case.place.name)})"
    yield "done = call_handler(handler, inputs)"
    yield f"return handler_differences({python_literal(case.at)}, expected, done, inputs)"


def _name(case: Case) -> str:
    """Return the name of a test: words of its title, and what tells it from others with the same words."""
    words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", case.title).lower()).strip("_")
    digest = hashlib.sha256(case.test_id.encode()).hexdigest()[:8]
    return f"test_{words[:_LONGEST_NAME].strip('_') or 'flow'}_{digest}"
