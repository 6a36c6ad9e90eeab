"""How the `sightline` command ends when it is asked to: by Ctrl+C, `kill`, `timeout` or a closed terminal.

The first signal unwinds what is under way like an exception; a second one, or the end of the grace, ends the process
at once, and what it started with it: what is on disk is whole at every instant, so this costs nothing but temporary
files. Signals are watched by a thread of our own beside their handlers, because Dagster puts handlers of its own in
place, and because no handler runs while the main thread is inside a library.
"""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

from orchestration.child_processes import end_all

EXIT_INTERRUPTED = 130
INTERRUPTED = "interrupted; what is complete is kept, and the next run continues"
# What is asked to end has ended by then on a busy machine; Dagster's server takes longest.
GRACE_SECONDS = 8.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_asked = threading.Event()
_told = threading.Lock()


def listen() -> None:
    """End this process as this module says; to be called once, in the main thread, before anything heavy.

    Also where SIGINT is ignored, as a shell without job control does to what a script starts in the background. What
    `nohup` does to SIGHUP stays.
    """
    heard, bell = socket.socketpair()
    bell.setblocking(False)
    # The socket lives as long as the process: the module below keeps only its number.
    signal.set_wakeup_fd(bell.detach(), warn_on_full_buffer=False)
    for number in _SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _Raise())
    # The helper process of multiprocessing frees what we leave, as it should, and would complain of it.
    sys.warnoptions.append("ignore:resource_tracker")
    sys.unraisablehook = _Quiet(sys.unraisablehook)
    threading.excepthook = _Quiet(threading.excepthook)
    threading.Thread(target=_watch, args=(heard,), name="interrupts", daemon=True).start()


def is_asked_to_end() -> bool:
    """Tell whether this process was asked to end."""
    return _asked.is_set()


def raise_if_asked() -> None:
    """Raise KeyboardInterrupt when this process was asked to end and a library took the signal for itself."""
    if _asked.is_set():
        raise KeyboardInterrupt


def end_interrupted() -> None:
    """Say so, once, and end the process with all it started."""
    end_all()
    if _told.acquire(blocking=False):
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"sightline: {INTERRUPTED}\n".encode())
    os._exit(EXIT_INTERRUPTED)


def _watch(heard: socket.socket) -> None:
    """Wait for the first signal, then for a second or for the end of the grace."""
    _next_signal(heard)
    _asked.set()
    heard.settimeout(GRACE_SECONDS)
    with suppress(TimeoutError):
        _next_signal(heard)
    end_interrupted()


def _next_signal(heard: socket.socket) -> None:
    while heard.recv(1)[0] not in _SIGNALS:
        pass


class _Raise:
    """The handler of the first signal: later ones are the watching thread's, and interrupt no tidying up."""

    def __init__(self) -> None:
        self._is_raised = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self._is_raised:
            self._is_raised = True
            _asked.set()
            raise KeyboardInterrupt


class _Quiet:
    """Reports what went wrong where nobody could catch it, but not while the process ends."""

    def __init__(self, report: Any) -> None:
        self._report = report

    def __call__(self, problem: Any) -> None:
        if not _asked.is_set():
            self._report(problem)
