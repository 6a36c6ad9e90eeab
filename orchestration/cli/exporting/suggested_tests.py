"""`sightline export tests`: tests of what production shows and no test covers, as files that run.

Which tests, in which order: marts.fct_test_candidates. How they are written: orchestration/exports. Proving runs them
three times through the command of `[tests]` and leaves out what does not hold, each time with the reason beside it.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from orchestration.analysis.suggested_test import SuggestedTest
from orchestration.analysis.suggested_test_load import load_suggested_tests
from orchestration.cli.exporting.places import STANDARD_OUTPUT, built_home, file_name, open_built
from orchestration.domain.errors import UsageError
from orchestration.exports.gherkin import write_feature
from orchestration.exports.kept_file import place_for, stamped
from orchestration.exports.script_tests import (
    CHECKS,
    SUFFIXES,
    HandlerPlace,
    ScriptPlan,
    test_ids,
    write_script,
)
from orchestration.exports.test_command import TestCommand, prove
from orchestration.settings import GeneratedTestSettings, Settings

_SUPPORT = Path(__file__).parents[2] / "exports" / "test_support" / CHECKS
_PLACES = """
    select plugin_name, handler_name, code_file_path, coalesce(code_function_name, handler_name)
    from marts.dim_handlers where resolution = 'unique' and code_file_path is not null
"""


@dataclass(frozen=True, slots=True)
class TestChoice:
    """What was typed: one sequence or all, the cover or every candidate, proven or not."""

    sequence: str | None = None
    is_all: bool = False
    is_proven: bool = True


def export_tests(settings: Settings, choice: TestChoice, out: Path | None) -> None:
    """Write the tests and say how many of them hold; raise UsageError when there is none."""
    if out == STANDARD_OUTPUT or (out is not None and out.is_file()):
        raise UsageError(f"{out}: tests are several files; name a folder with --out")
    home = built_home(settings)
    with open_built(home) as connection:
        tests = list(load_suggested_tests(connection, home.lake, choice.is_all, choice.sequence))
        places = connection.execute(_PLACES).fetchall()
    if not tests:
        raise UsageError(
            "there is nothing to test: no flow that ended adds anything to what tests cover (--all for all)"
        )
    folder = (out or home.exports / "tests").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    plan = _plan(settings, folder, places)
    _write_all(folder, tests, plan)
    if choice.is_proven and settings.tests.command:
        outcome = prove(_command(settings, folder))
        plan = replace(plan, outcome=outcome, is_proven=True)
        _write_all(folder, tests, plan)
    _say(folder, tests, plan)


def _plan(settings: Settings, folder: Path, places: Sequence[tuple[str, str, str, str]]) -> ScriptPlan:
    chosen = settings.tests
    base = settings.config.parent if settings.config else Path.cwd()
    player = _relative(base / chosen.player, folder) if chosen.player else None
    roots = [Path(root) for root in settings.inputs.code] or [base]
    handlers: dict[tuple[str | None, str], HandlerPlace] = {
        (plugin, handler): HandlerPlace(_relative(path, folder), name)
        for plugin, handler, code, name in places
        if (path := _find(roots, code)) is not None and _is_script(path, chosen)
    }
    is_proving = bool(chosen.command)
    return ScriptPlan(chosen.runner, player, handlers, chosen.environment, is_proven=is_proving)


def _is_script(path: Path, chosen: GeneratedTestSettings) -> bool:
    plain = {".js", ".mjs", ".cjs"}
    return path.suffix in (plain if chosen.runner == "node" else plain | {".ts", ".tsx", ".jsx"})


def _find(roots: Iterable[Path], code: str) -> Path | None:
    return next((root / code for root in roots if (root / code).is_file()), None)


def _relative(path: Path, folder: Path) -> str:
    relative = os.path.relpath(path.absolute(), folder).replace(os.sep, "/")
    return relative if relative.startswith(".") else f"./{relative}"


def _command(settings: Settings, folder: Path) -> TestCommand:
    base = settings.config.parent if settings.config else Path.cwd()
    return TestCommand(settings.tests.command, base, folder, settings.tests.timeout_seconds)


def _write_all(folder: Path, tests: Sequence[SuggestedTest], plan: ScriptPlan) -> None:
    _write(folder / CHECKS, _SUPPORT.read_text(), "//")
    for name, group in _by_sequence(tests).items():
        if script := write_script(group, plan):
            _write(folder / f"{name}{SUFFIXES[plan.runner]}", script, "//")
        _write(folder / f"{name}.feature", write_feature(group), "#")


def _by_sequence(tests: Sequence[SuggestedTest]) -> Mapping[str, list[SuggestedTest]]:
    ordered = sorted(tests, key=lambda test: test.sequence_key)
    return {file_name(key): list(group) for key, group in groupby(ordered, key=lambda test: test.sequence_key)}


def _write(path: Path, body: str, mark: str) -> None:
    place = place_for(path)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(stamped(body, mark))
        os.replace(unfinished, place)
    except OSError as error:
        raise UsageError(f"{place}: cannot be written ({error.strerror}); choose another place with --out") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _say(folder: Path, tests: Sequence[SuggestedTest], plan: ScriptPlan) -> None:
    ids = [one for group in _by_sequence(tests).values() for one in test_ids(group, plan)]
    print(f"Wrote {len(ids)} tests of {len(tests)} candidates to {folder}")
    if not plan.outcome.left_out and not plan.is_proven:
        return
    skipped = [one for one in ids if plan.outcome.reason(one)]
    rules = sum(len(found) for key, found in plan.outcome.left_out.items() if key not in skipped)
    print(f"  {len(ids) - len(skipped)} hold in the application as it is; {len(skipped)} do not and are skipped")
    print(f"  {rules} single rules do not hold and are left out; each file says which")
