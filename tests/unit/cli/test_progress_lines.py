"""What a run prints while it works."""

import io

from orchestration.cli.progress_lines import ProgressLines
from orchestration.defs.progress import StepNews, step


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_off_a_terminal_each_step_is_one_line_when_it_is_done() -> None:
    out = io.StringIO()
    with step("read logs", ProgressLines(out)) as going:
        going.say("1 of 2 files")
        going.say("2 files")
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().endswith("2 files\n")


def test_on_a_terminal_the_line_is_rewritten_and_ends_once() -> None:
    out = Terminal()
    lines = ProgressLines(out)
    lines(StepNews("read logs", "1 of 2 files", 0.1))
    lines(StepNews("read logs", "2 files", 0.2, is_done=True))
    assert out.getvalue().count("\r") == 2
    assert out.getvalue().count("\n") == 1


def test_a_step_that_fails_is_not_said_to_be_done() -> None:
    heard: list[StepNews] = []
    try:
        with step("read logs", heard.append):
            raise ValueError
    except ValueError:
        pass
    assert not any(news.is_done for news in heard)
