"""`sightline prove`: how many faults made into copies of the user's own logs are found again.

Prints a line per kind of fault and what was missed; measuring is orchestration/defs/proving.
"""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from orchestration.cli.inputs import require_inputs
from orchestration.cli.progress_lines import ProgressLines
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.progress import StepNews, listen_to_nothing
from orchestration.domain.amounts import more

if TYPE_CHECKING:
    from orchestration.settings import Settings

_SHOWN_MISSES = 10


def prove_accuracy(
    settings: "Settings", fault_count: int, seed: int, *, as_json: bool, say: Callable[[str], None]
) -> None:
    """Measure, and print the figures as lines or as JSON."""
    require_inputs(settings)
    home = Home(settings.home, settings.shared_home)
    home.claim()
    # dbt and the detectors are imported after everything that can be wrong without them.
    from orchestration.defs.proving.proving import Choice, prove

    platform = Platform(settings, home, listen_to_nothing if as_json else ProgressLines())
    # A run would write what is copied into the scratch home, and a second prove would remove that home.
    with home.running(lambda: _say_waiting(platform)):
        report = prove(platform, Choice(fault_count, seed))
    if as_json:
        say(json.dumps(report, indent=1))
        return
    for line in lines_of(report):
        say(line)
    say("Run `sightline run` to publish these figures on the data health page")


def _say_waiting(platform: Platform) -> None:
    text = "another run works in this home folder: waiting for its end"
    platform.listener(StepNews("wait", text, seconds=0, is_done=True))


def lines_of(report: dict[str, Any]) -> Iterator[str]:
    """Yield what a person reads: the total, a line per kind, and what was missed."""
    for kind in report["kinds"]:
        yield f"  {kind['title']:<50} {_found(kind)}"
    yield f"  {'All':<50} {_found(report['total'])}"
    total = report["total"]
    first, three = total["cause_first"], total["cause_among_three"]
    yield f"  Named as the first cause of its session: {first}, among the first three: {three}"
    false = sum(check["false_alarms"] for check in report["checks"])
    yield f"  False alarms: {false} in {report['fault_count']} copies and {report['held_out_session_count']} originals"
    for change in report["slower_builds"]["changes"]:
        title = f"New build: {change['title'].lower()}"
        yield f"  {title:<50} {_found(change)}, false alarms: {change['false_alarms']}"
    missed = [fault for fault in report["faults"] if not fault["is_found"]]
    for fault in missed[:_SHOWN_MISSES]:
        place = fault["handler_name"] or fault["topic"] or fault["sequence_name"] or "whole application"
        yield f"  Missed: {fault['kind'].replace('_', ' ')}, {place}, {fault['log_file_path']}:{fault['first_line']}"
    if rest := more(len(missed), _SHOWN_MISSES):
        yield f"  {rest}; --json lists all"


def _found(row: dict[str, Any]) -> str:
    if not row["made"]:
        return f"not applicable: {row.get('why_none') or 'no fault of this kind was made; give more --faults'}"
    low, high = row["recall_interval"]
    return f"{row['found']:>3} of {row['made']:<3} found, 95% interval {low:.0f} to {high:.0f}%"
