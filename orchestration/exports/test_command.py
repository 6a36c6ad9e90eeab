"""Running generated tests through the command of `[tests]`, and what did not hold.

The tests append a line of JSON per test to the file that SIGHTLINE_TESTS_REPORT names, whatever runs them; the exit
code of the command says nothing that the report does not.
"""

import json
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.child_processes import run_child
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.exports.generated_cases import Outcome

REPEAT_COUNT = 3
_MOST_SAID = 600


@dataclass(frozen=True, slots=True)
class TestCommand:
    """What to start, where, the folder of tests it gets as its last word, and how long one run may take."""

    words: tuple[str, ...]
    folder: Path
    tests: Path
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What did not hold: its place, the rule (the same in every run), and what was found, in words."""

    at: str
    rule: str
    text: str


def prove(command: TestCommand, repeat_count: int = REPEAT_COUNT) -> Outcome:
    """Run the tests; a place that did not hold in any run is left out. Raise SightlineError when none reported."""
    left_out: defaultdict[str, dict[str, list[Difference]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(repeat_count):
        for test_id, differences in _run(command):
            for one in differences:
                left_out[test_id][one.at].append(one)
    return Outcome({key: {at: _words(found) for at, found in places.items()} for key, places in left_out.items()})


def _words(found: Sequence[Difference]) -> str:
    """Return what was found where all runs say the same, else the rule: a file has to come out the same again."""
    texts = {one.text for one in found}
    return found[0].text if len(texts) == 1 and len(found) == REPEAT_COUNT else found[0].rule


def _run(command: TestCommand) -> list[tuple[str, list[Difference]]]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        try:
            done = run_child(
                (*command.words, _last_word(command)),
                timeout=command.timeout_seconds,
                cwd=command.folder,
                # No compiled files of Python are left in a folder that is somebody's source.
                env=os.environ | {"SIGHTLINE_TESTS_REPORT": str(report), "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except OSError as error:
            raise UsageError(
                f"{command.words[0]}: cannot be started in {command.folder} ({error.strerror}); "
                "correct command under [tests], or use --no-prove"
            ) from None
        except subprocess.TimeoutExpired:
            raise SightlineError(
                f"the tests took more than {command.timeout_seconds:g} s; raise timeout_seconds under [tests]"
            ) from None
        if not report.is_file():
            said = (done.stdout + done.stderr)[-_MOST_SAID:].decode("utf-8", "replace")
            raise SightlineError(f"no generated test ran; the command ended with {done.returncode}: {said}")
        return [_read(line) for line in report.read_bytes().splitlines() if line.strip()]


def _last_word(command: TestCommand) -> str:
    relative = os.path.relpath(command.tests, command.folder)
    return str(command.tests) if relative.startswith("..") else relative


def _read(line: bytes) -> tuple[str, list[Difference]]:
    try:
        value = json.loads(line)
        found = [Difference(str(one["at"]), str(one["rule"]), str(one["text"])) for one in value["differences"]]
        return str(value["id"]), found
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        said = line[:_MOST_SAID].decode("utf-8", "replace")
        raise SightlineError(f"a generated test reported no result but: {said} ({type(error).__name__})") from None
