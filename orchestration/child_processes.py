"""Processes that Sightline starts: MkDocs, git, readers of code, Dagster's server, the commands of the configuration.

Each leads a group of its own, so that it ends with all that it started in turn, whatever ends us: an exception, a limit
of time, an interrupt. What a command is for, and what its output means, is said where it is started.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

# The groups of those that run now. Not a list of processes: one that has ended may leave others of its group.
_groups: set[int] = set()


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a command as `subprocess.Popen` does; its whole group is ended when the block is left."""
    with subprocess.Popen(command, **{"stdin": subprocess.DEVNULL, "process_group": 0, **options}) as process:
        _groups.add(process.pid)
        try:
            yield process
        finally:
            end_group(process.pid)
            _groups.discard(process.pid)


def run_child(
    command: Sequence[str], timeout: float | None = None, given: bytes | None = None, **options: Any
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end and return what it said; it reads `given`, `options` are those of `subprocess.Popen`.

    Raise OSError when it cannot be started and TimeoutExpired when it takes too long.
    """
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if given is not None:
        pipes["stdin"] = subprocess.PIPE
    with started(command, **{**pipes, **options}) as process:
        said, complained = process.communicate(given, timeout=timeout)
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def end_group(leader: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a process and to all of its group."""
    # The group is gone, or (on macOS) holds only processes that have ended.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def end_all() -> None:
    """End every process that was started here and runs, at once."""
    for leader in list(_groups):
        end_group(leader)
