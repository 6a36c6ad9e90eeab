"""Processes that read sources, and can be ended when one source takes too long or too much.

A parse is one call into C: no exception, no timer stops it. So each source is read in a worker process under a
memory limit; the supervisor waits for each answer at most `max_file_seconds`, ends a worker that is late, and starts
another. What one source costs, the others never notice.
"""

import os
import resource
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from hashlib import blake2b
from multiprocessing import connection
from multiprocessing.connection import Connection

from orchestration.child_processes import started
from orchestration.code_scan.facts import facts_to_json
from orchestration.code_scan.reader import SkipError, read_facts
from orchestration.given_files import read_given

# A worker gets this many sources at once, so that it never waits for the supervisor between two.
_BATCH = 16
_START_SECONDS = 60.0
# Not multiprocessing's own processes: those import the program's main module again, a second for the command line.
_PROGRAM = "import sys; from orchestration.code_scan.workers import serve; serve(int(sys.argv[1]), int(sys.argv[2]))"


@dataclass(frozen=True, slots=True)
class Task:
    """A source to read: `key` names it for the caller."""

    key: str
    path: str
    language: str
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: facts as JSON, or the reason there are none."""

    key: str
    content_hash: str | None
    facts: str | None
    problem: str | None


def too_long(seconds: float) -> str:
    """Return the words for a source that was given up after so many seconds."""
    return f"took longer than {seconds:g} seconds"


def hash_content(content: bytes) -> str:
    """Return the hash that names the bytes of a source."""
    return blake2b(content, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """How many workers there are, and what each may cost."""

    count: int
    seconds: float
    memory_bytes: int


def read_sources(tasks: Sequence[Task], limits: WorkerLimits, done: Callable[[Outcome], None]) -> None:
    """Read all tasks and hand each outcome to `done`, in no particular order."""
    pending = deque(tasks)
    crews = [_Crew(limits) for _ in range(min(limits.count, max(1, len(tasks) // _BATCH)))]
    try:
        while pending or any(crew.waiting for crew in crews):
            for crew in crews:
                crew.fill(pending)
            busy = {crew.pipe: crew for crew in crews if crew.waiting}
            for ready in connection.wait(list(busy), timeout=0.2):
                if isinstance(ready, Connection):
                    busy[ready].collect(done)
            for crew in crews:
                crew.end_when_late(done)
    finally:
        for crew in crews:
            crew.close()


class _Crew:
    """One worker process at a time and the tasks it was given."""

    def __init__(self, limits: WorkerLimits) -> None:
        self.waiting: deque[Task] = deque()
        self._limits = limits
        self._life = ExitStack()
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            worker = started(
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno()), str(self._limits.memory_bytes)],
                pass_fds=[theirs.fileno()],
                stderr=subprocess.DEVNULL,  # What a dying worker says is said by its source's row.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            self._life.enter_context(worker)
        self.pipe = Connection(ours.detach())
        self._deadline = time.monotonic() + _START_SECONDS + self._limits.seconds

    def fill(self, pending: deque[Task]) -> None:
        if len(self.waiting) > _BATCH // 2 or not pending:
            return
        batch = [pending.popleft() for _ in range(min(_BATCH, len(pending)))]
        self.waiting.extend(batch)
        self._send(batch)

    def _send(self, batch: Sequence[Task]) -> None:
        # When the worker is gone, `collect` will see it and start another.
        with suppress(OSError):
            self.pipe.send(list(batch))

    def collect(self, done: Callable[[Outcome], None]) -> None:
        try:
            outcome = self.pipe.recv()
        except (EOFError, OSError):
            self._replace("the parser gave up on it (it crashed or ran out of memory)", done)
            return
        self._deadline = time.monotonic() + self._limits.seconds
        if isinstance(outcome, Outcome):
            self.waiting.popleft()
            done(outcome)

    def end_when_late(self, done: Callable[[Outcome], None]) -> None:
        if self.waiting and time.monotonic() > self._deadline and not self.pipe.poll():
            self._replace(too_long(self._limits.seconds), done)

    def _replace(self, problem: str, done: Callable[[Outcome], None]) -> None:
        self.close()
        if self.waiting:
            done(Outcome(self.waiting.popleft().key, None, None, problem))
        self._start()
        if self.waiting:
            self._send(self.waiting)

    def close(self) -> None:
        self.pipe.close()
        self._life.close()


def serve(descriptor: int, memory_bytes: int) -> None:
    """Read the sources the supervisor asks for, until it goes away; the whole life of a worker."""
    pipe = Connection(descriptor)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    pipe.send(None)
    while True:
        try:
            batch: list[Task] = pipe.recv()
        except (EOFError, OSError):
            return
        for task in batch:
            pipe.send(_read(task))


def _read(task: Task) -> Outcome:
    try:
        content = read_given(task.path, task.most_bytes)
    except OSError as error:
        return Outcome(task.key, None, None, f"cannot be read: {error.strerror}")
    try:
        return Outcome(task.key, hash_content(content), facts_to_json(read_facts(content, task.language)), None)
    except SkipError as error:
        return Outcome(task.key, hash_content(content), None, str(error))
    except (MemoryError, RecursionError) as error:
        return Outcome(task.key, hash_content(content), None, f"too much for the reader: {type(error).__name__}")
