"""Running flows in the application itself, through the command its owner names: `[replay]` in sightline.toml.

The command is started once, reads one request per line on standard input and writes one answer per line to standard
output, both JSON. docs_site/docs/how-to/replay.md is the contract. What an answer means is judged in
orchestration/analysis/replay/replay_compare.py; nothing of an answer is trusted but its shape.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.analysis.replay.replay_model import BeatStep, ReplayBundle, ReplayLevel
from orchestration.child_processes import run_child
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.exports.json_bytes import json_bytes
from orchestration.exports.replay_bundle import bundle_object, read_step

_MOST_SAID = 300


@dataclass(frozen=True, slots=True)
class ReplayCommand:
    """What to start, where, and how long the whole conversation may take."""

    words: tuple[str, ...]
    folder: Path
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class ReplayAnswer:
    """How the application played the flow. `stand_ins` are the keys it made up because the bundle lacks them."""

    status: str
    steps: tuple[BeatStep, ...]
    stand_ins: tuple[str, ...] = ()
    error: str | None = None


def ask(
    command: ReplayCommand, bundles: Sequence[ReplayBundle], level: ReplayLevel, repeat_count: int
) -> Iterator[tuple[ReplayBundle, list[ReplayAnswer]]]:
    """Yield every bundle with its answers, one per repeat; raise when the command cannot run or does not answer so."""
    requests = [(bundle, repeat) for bundle in bundles for repeat in range(repeat_count)]
    lines = _converse(command, b"".join(_request(bundle, level, repeat) for bundle, repeat in requests))
    if len(lines) != len(requests):
        raise SightlineError(
            f"the replay command answered {len(lines)} of {len(requests)} requests; it has to write one line for each"
        )
    answers = [read_answer(line) for line in lines]
    for place, bundle in enumerate(bundles):
        yield bundle, answers[place * repeat_count : (place + 1) * repeat_count]


def read_answer(line: bytes) -> ReplayAnswer:
    """Return an answer; raise SightlineError when the line is none."""
    try:
        value: Mapping[str, Any] = json.loads(line)
        return ReplayAnswer(
            str(value["status"]),
            tuple(read_step(step) for step in value.get("steps", ())),
            tuple(str(key) for key in value.get("stand_ins", ())),
            None if value.get("error") is None else str(value["error"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        said = line[:_MOST_SAID].decode("utf-8", "replace")
        raise SightlineError(f"the replay command wrote no answer but: {said} ({type(error).__name__})") from None


def _request(bundle: ReplayBundle, level: ReplayLevel, repeat: int) -> bytes:
    return json_bytes({"level": level, "repeat": repeat, "bundle": bundle_object(bundle)}) + b"\n"


def _converse(command: ReplayCommand, requests: bytes) -> list[bytes]:
    # Requests go through a file: a command that answers before it has read everything cannot block on a full pipe.
    with tempfile.TemporaryFile() as questions:
        questions.write(requests)
        questions.seek(0)
        try:
            done = run_child(
                command.words,
                timeout=command.timeout_seconds,
                cwd=command.folder,
                stdin=questions,
                env=os.environ | {"SIGHTLINE_REPLAY": "1"},
            )
        except OSError as error:
            raise UsageError(
                f"{command.words[0]}: cannot be started in {command.folder} ({error.strerror}); "
                "correct command or folder under [replay]"
            ) from None
        except subprocess.TimeoutExpired:
            raise SightlineError(
                f"the replay command took more than {command.timeout_seconds:g} s; "
                "raise timeout_seconds under [replay], or replay fewer flows"
            ) from None
    if done.returncode != 0:
        said = done.stderr[-_MOST_SAID:].decode("utf-8", "replace")
        raise SightlineError(f"the replay command ended with {done.returncode}: {said}")
    return done.stdout.splitlines()
