"""Progress on a terminal: one line per step, rewritten while it goes on; elsewhere one line when it is done."""

import shutil
import sys
import threading
from typing import TextIO

from orchestration.defs.progress import StepNews

STEP_WIDTH = 16


class ProgressLines:
    """Prints the news of a run's steps. Silent between two news of the same step on anything but a terminal."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._is_live = self._out.isatty()
        # Rooms may tell their progress from several threads.
        self._lock = threading.Lock()

    def __call__(self, news: StepNews) -> None:
        """Print one piece of news."""
        if not (news.is_done or self._is_live):
            return
        line = render_news(news)
        with self._lock:
            if self._is_live:
                line = "\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1]
            self._out.write(line + ("\n" if news.is_done else ""))
            self._out.flush()


def render_news(news: StepNews) -> str:
    """Return the line of a step: name, seconds, what it counts."""
    return f"  {news.step:<{STEP_WIDTH}} {news.seconds:6.1f} s  {news.text}"
