"""Following logs: a change is published at once, the checks wait for quiet, and a failure ends nothing."""

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from orchestration.cli.reloading import SCRIPT_PATH, VERSION_PATH, ReloadingHandler
from orchestration.cli.serving import open_server, url_of
from orchestration.cli.watching import Work, follow
from orchestration.domain.errors import SightlineError


def followed(digests: list[str], failing: bool = False) -> list[str]:
    """Return what is done while the logs show one digest per look."""
    stop, done = threading.Event(), []
    looks: Iterator[str] = iter(digests)

    def digest() -> str:
        value = next(looks)
        if value == digests[-1]:
            stop.set()
        return value

    def refresh() -> str:
        done.append("refresh")
        if failing:
            raise SightlineError("the table\nfct_flows could not be built")
        return "published"

    def judge() -> str:
        done.append("judge")
        return "checked"

    follow(Work(digest, refresh, judge), stop, done.append, poll_seconds=0.001, quiet_seconds=0.0)
    return [entry.split("  ")[1] if "  " in entry else entry for entry in done]


def test_a_change_is_published_and_checked_when_the_logs_are_quiet() -> None:
    assert followed(["a", "a", "b", "b", "b", "c"]) == [
        *("refresh", "published", "judge", "checked"),
        *("refresh", "published"),
    ]


def test_logs_that_never_change_cost_nothing() -> None:
    assert followed(["a", "a", "a", "end"])[:-2] == []


def test_a_refresh_that_fails_is_said_in_one_line_and_watching_goes_on() -> None:
    said = followed(["a", "b", "c"], failing=True)
    assert said == ["refresh", said[1], "refresh", said[1]]
    assert said[1] == "not done: the table fct_flows could not be built; the site published before is still there"


def test_a_served_page_learns_of_the_next_publication_and_the_file_stays_as_published(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<p>hello", encoding="utf-8")
    (tmp_path / "data.json").write_text("{}", encoding="utf-8")
    with open_server(tmp_path, 0, ReloadingHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shown = fetch(url_of(server))
        before = fetch(url_of(server) + VERSION_PATH[1:])
        page.write_text("<p>news", encoding="utf-8")
        page.touch()
        assert fetch(url_of(server) + VERSION_PATH[1:]) != before
        assert fetch(url_of(server) + "data.json") == "{}"
        assert VERSION_PATH in fetch(url_of(server) + SCRIPT_PATH[1:])
        server.shutdown()
    assert shown == f'<p>hello<script src="{SCRIPT_PATH}"></script>\n'
    assert page.read_text(encoding="utf-8") == "<p>news"


def fetch(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.read().decode())
