"""Sessions of any length: one as a service writes that is started anew now and then, and two of what is rare in it.

The logs of the example one after another, each cut at a random line: flows that hang, a queue that is never emptied,
stamps that jump back, the same failing handlers again and again. Flow ids are kept apart. The other two are of one
sequence: its flows are all at the same beat at once, or fail each in its own way.
"""

import gzip
import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

FLOW = re.compile(rb"\bflow=([0-9a-z-]+)")
# What is left of a log at least: a flow is under way somewhere in the rest.
SHORTEST_PART = 0.8
STARTED_AT = datetime(2026, 11, 14, 14, 31, tzinfo=UTC)
# One that the example has not: what its own sequences show is compared with nothing here.
SEQUENCE = 'name="Shelf Count"'
TOPIC = "topic=shelf:count"
HANDLER = "plugin=ShelfPlugin handler=countShelf"


def write_long_session(logs: Path, target: Path, byte_count: int, seed: int = 20261201) -> None:
    """Write about `byte_count` bytes made of the logs of a folder to one file."""
    texts = [read_log(path) for path in sorted(logs.iterdir())]
    chance = random.Random(seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = part = 0
    with target.open("wb") as out:
        while written < byte_count:
            if part % len(texts) == 0:
                chance.shuffle(texts)
            lines = texts[part % len(texts)].splitlines(keepends=True)
            kept = lines[: int(len(lines) * chance.uniform(SHORTEST_PART, 1))]
            written += out.write(FLOW.sub(rb"flow=\1-%d" % part, b"".join(kept)))
            part += 1


def read_log(path: Path) -> bytes:
    """Return the bytes of a log, unpacked."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def write_flows_side_by_side(target: Path, flow_counts: Sequence[int]) -> None:
    """Write a session, wave by wave: so many flows are all at the same beat before the first of them goes on."""
    lines: list[str] = []
    for wave, flow_count in enumerate(flow_counts):
        flows = [f"side-{wave}-{number}" for number in range(flow_count)]
        lines += [line for flow in flows for line in started(flow)]
        for flow in flows:
            lines += [
                f"DEBUG [shelf] handler.done flow={flow} {TOPIC} i=0 {HANDLER} took=1.178ms",
                f'DEBUG [shelf] state.changed flow={flow} {SEQUENCE} {TOPIC} {HANDLER} change="~lines" preview="{{}}"',
                f' INFO [shelf] beat.done flow={flow} {SEQUENCE} movement="Count" n=1 {TOPIC} took=1.250ms',
                f" INFO [conductor] flow.done flow={flow} seq=shelf-count {SEQUENCE} took=9.3ms",
            ]
    write_lines(target, lines)


def write_flows_that_fail_each_in_its_own_way(target: Path, flow_count: int) -> None:
    """Write a session whose flows fail in one handler, each with a class and a message of its own."""
    lines: list[str] = []
    for number in range(flow_count):
        flow = f"fail-{number}"
        # Numbers in words: groups of errors look away from digits.
        word = "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))
        failure = f'error=Err{word.title()} message="problem {word}"'
        lines += started(flow)
        lines += [
            f"ERROR [shelf] handler.failed flow={flow} {TOPIC} i=0 {HANDLER} {failure} took=2.6ms",
            f"ERROR [conductor] flow.failed flow={flow} seq=shelf-count {SEQUENCE} {failure} took=22.7ms",
        ]
    write_lines(target, lines)


def started(flow: str) -> Iterator[str]:
    """Return what is written of a flow up to the call of its first handler."""
    yield f" INFO [conductor] seq.requested flow={flow} plugin=ShelfPlugin seq=shelf-count"
    yield f" INFO [conductor] flow.started flow={flow} seq=shelf-count {SEQUENCE} waited=0.01ms"
    yield f' INFO [shelf] movement.start flow={flow} {SEQUENCE} movement="Count" beats=1'
    yield f' INFO [shelf] beat.start flow={flow} {SEQUENCE} movement="Count" n=1 {TOPIC}'
    yield f"DEBUG [shelf] handler.start flow={flow} {TOPIC} i=0 {HANDLER}"


def write_lines(target: Path, lines: list[str]) -> None:
    """Write a session of these lines, a millisecond apart; it is not over, so that a longer one goes on from it."""
    opening = [" INFO [app] app.release release=1.5.0 app=bistro", f" INFO [app] session.start session={target.stem}"]
    with target.open("w", encoding="utf-8") as out:
        for number, line in enumerate([*opening, *lines]):
            at = STARTED_AT + timedelta(milliseconds=number)
            print(at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z {line}", file=out)
