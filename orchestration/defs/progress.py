"""What a run says while it works: steps with a text, begun, going on, and done.

Assets report here whoever listens; the command line prints it, Dagster's own log gets it too.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepNews:
    """One thing to say about a step: `text` is what it counts, `seconds` since it began."""

    step: str
    text: str
    seconds: float
    is_done: bool = False


Listener = Callable[[StepNews], None]


def listen_to_nothing(news: StepNews) -> None:
    """Hear nothing: the listener of runs nobody watches."""


class Step:
    """A step under way; `say` replaces its text."""

    def __init__(self, name: str, listener: Listener) -> None:
        self._name = name
        self._listener = listener
        self._started = time.monotonic()
        self._text = ""

    def say(self, text: str, is_done: bool = False) -> None:
        """Tell the listener where the step stands."""
        self._text = text
        self._listener(StepNews(self._name, text, time.monotonic() - self._started, is_done))

    def end(self) -> None:
        """Tell the listener that the step is done, with the last text said."""
        self.say(self._text, is_done=True)


@contextmanager
def step(name: str, listener: Listener) -> Iterator[Step]:
    """Announce a step, and its end unless it fails."""
    going = Step(name, listener)
    going.say("")
    yield going
    going.end()
