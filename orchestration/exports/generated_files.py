"""The files of generated tests: per sequence a script for each runner and its Gherkin, and what the scripts share.

Which tests: marts.fct_test_candidates. Where files go and what is in their place already is the caller's.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from orchestration.analysis.replay.suggested_test import SuggestedTest
from orchestration.exports import pytest_tests, script_tests
from orchestration.exports.file_names import file_name
from orchestration.exports.generated_cases import CasePlan, Runner, cases_of, modules_of
from orchestration.exports.gherkin import write_feature

_SUPPORT = Path(__file__).parent / "test_support"
_SHARED: Mapping[Runner, tuple[str, ...]] = {
    "node": (script_tests.CHECKS,),
    "vitest": (script_tests.CHECKS,),
    "pytest": pytest_tests.CHECKS,
}


@dataclass(frozen=True, slots=True)
class GeneratedTest:
    """One test of a file, with its own text; `skipped` says why it does not run."""

    test_id: str
    title: str
    evidence: tuple[str, ...]
    text: str
    skipped: str | None


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file to write: `mark` begins a comment in it; key and runner are null where no sequence, no runner is meant."""

    name: str
    body: str
    mark: str
    sequence_key: str | None = None
    runner: Runner | None = None
    tests: tuple[GeneratedTest, ...] = ()


def generated_files(tests: Sequence[SuggestedTest], plans: Sequence[CasePlan]) -> Iterator[GeneratedFile]:
    """Yield the files in an order that only the tests decide."""
    written: set[Runner] = set()
    groups = _by_sequence(tests)
    for name, group in groups.items():
        key = group[0].sequence_key
        for plan in plans:
            if script := _script(group, plan):
                written.add(plan.runner)
                singles = tuple(_single_tests(group, plan))
                yield GeneratedFile(_name(name, plan.runner), script, _mark(plan.runner), key, plan.runner, singles)
        yield GeneratedFile(f"{name}.feature", write_feature(group), "#", key)
    for shared, mark in sorted({(shared, _mark(runner)) for runner in written for shared in _SHARED[runner]}):
        yield GeneratedFile(shared, (_SUPPORT / shared).read_text(encoding="utf-8"), mark)


def _script(tests: Sequence[SuggestedTest], plan: CasePlan) -> str | None:
    write = pytest_tests.write_pytest if plan.runner == "pytest" else script_tests.write_script
    return write(tests, plan)


def _single_tests(tests: Sequence[SuggestedTest], plan: CasePlan) -> Iterator[GeneratedTest]:
    cases = list(cases_of(tests, plan))
    modules = modules_of(cases)
    for case in cases:
        is_python = plan.runner == "pytest"
        text = pytest_tests.pytest_text(case, modules) if is_python else script_tests.script_text(case, modules, plan)
        yield GeneratedTest(case.test_id, case.title, tuple(case.evidence), text, case.skipped)


def _name(stem: str, runner: Runner) -> str:
    # pytest imports a file by its name, in which a dot would name a package.
    return f"test_{_module_name(stem)}.py" if runner == "pytest" else stem + script_tests.SUFFIXES[runner]


def _module_name(stem: str) -> str:
    return re.sub(r"\W", "_", stem)


def _mark(runner: Runner) -> str:
    return "#" if runner == "pytest" else "//"


def _by_sequence(tests: Sequence[SuggestedTest]) -> Mapping[str, list[SuggestedTest]]:
    """Return the tests by file name; of names that a file system or pytest takes for one, each gets its own."""
    ordered = sorted(tests, key=lambda test: test.sequence_key)
    groups = {key: list(group) for key, group in groupby(ordered, key=lambda test: test.sequence_key)}
    names = {key: file_name(key) for key in groups}
    taken = Counter(_module_name(name).lower() for name in names.values())
    return {
        name if taken[_module_name(name).lower()] == 1 else f"{name}-{_digest(key)}": groups[key]
        for key, name in names.items()
    }


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
