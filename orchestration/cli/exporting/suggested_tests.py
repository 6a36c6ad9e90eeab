"""`sightline export tests`: tests of what production shows and no test covers, as files that run.

Which tests, in which order: marts.fct_test_candidates. How they are written: orchestration/exports. Proving runs them
three times through the command of `[tests]` and leaves out what does not hold, each time with the reason beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.analysis.replay.suggested_test import SuggestedTest
from orchestration.cli.exporting.places import STANDARD_OUTPUT, built_home, open_built
from orchestration.cli.summary import printable
from orchestration.defs.test_playing import playing_of
from orchestration.domain.errors import UsageError
from orchestration.exports.generated_cases import CasePlan
from orchestration.exports.generated_files import GeneratedFile, generated_files
from orchestration.exports.generated_plan import load_plans
from orchestration.exports.kept_file import place_for, stamped
from orchestration.exports.test_command import TestCommand, prove
from orchestration.flows.suggested_tests import load_suggested_tests
from orchestration.settings import Settings
from orchestration.whole_files import write_whole


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
    folder = (out or home.exports / "tests").absolute()
    is_proven = choice.is_proven and bool(settings.tests.command)
    with open_built(home) as connection:
        tests = list(load_suggested_tests(connection, home.lake, choice.is_all, choice.sequence))
        plans = load_plans(connection, playing_of(settings, is_proven), folder)
    if not tests:
        raise UsageError(
            "there is nothing to test: no flow that ended adds anything to what tests cover (--all for all)"
        )
    folder.mkdir(parents=True, exist_ok=True)
    files = _write_all(folder, tests, plans)
    if is_proven:
        plans = [_proven(plan, settings, folder) for plan in plans]
        files = _write_all(folder, tests, plans)
    _say(folder, tests, files, plans)


def _proven(plan: CasePlan, settings: Settings, folder: Path) -> CasePlan:
    """Return the plan with what running its tests showed; the command runs those of the chosen runner only."""
    if plan.runner != settings.tests.runner:
        return plan
    base = settings.config.parent if settings.config else Path.cwd()
    return replace(
        plan,
        outcome=prove(TestCommand(settings.tests.command, base, folder, settings.tests.timeout_seconds)),
    )


def _write_all(folder: Path, tests: Sequence[SuggestedTest], plans: Sequence[CasePlan]) -> list[GeneratedFile]:
    files = list(generated_files(tests, plans))
    for file in files:
        _write(folder / file.name, file.body, file.mark)
    return files


def _write(path: Path, body: str, mark: str) -> None:
    place = place_for(path)
    try:
        write_whole(place, stamped(body, mark))
    except OSError as error:
        raise UsageError(f"{place}: cannot be written ({error.strerror}); choose another place with --out") from None


def _say(
    folder: Path, tests: Sequence[SuggestedTest], files: Iterable[GeneratedFile], plans: Sequence[CasePlan]
) -> None:
    count = sum(len(file.tests) for file in files)
    print(f"Wrote {count} tests of {len(tests)} candidates to {folder}")
    proven = next((plan for plan in plans if plan.is_proven), None)
    if proven is None:
        return
    ids = [one.test_id for file in files if file.runner == proven.runner for one in file.tests]
    skipped = [one for one in ids if proven.outcome.reason(one)]
    rules = sum(len(found) for key, found in proven.outcome.left_out.items() if key not in skipped)
    print(f"  {len(ids) - len(skipped)} hold in the application as it is; {len(skipped)} do not and are skipped")
    print(f"  {rules} single rules do not hold and are left out; each file says which")
    if len(ids) < count:
        print(f"  {count - len(ids)} in Python were not run: the command of [tests] runs those of {proven.runner}")
    for reason in sorted({f"  skipped: {proven.outcome.reason(one)}" for one in skipped}):
        print(printable(reason))
