"""Faults of handlers put into a healthy session: slower executions, exceptions, and a flow that waits for ever."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.made.session_log import Flow, Row, SessionLog, with_duration

_CALLED = re.compile(r'^🕐 \[EVENTBUS\] Calling subscriber (\d+) for "([^"]*)"')
_RETURNED = re.compile(r'^🕐 \[EVENTBUS\] Subscriber (\d+) for "([^"]*)" returned \(sync\).*perf: ([\d.]+)ms')
_SETTLED = re.compile(r'^🕐 \[EVENTBUS\] Subscriber (\d+) for "([^"]*)" promise resolved.*perf: ([\d.]+)ms')
_EXECUTING = "🎼 ExecutionQueue: Now executing "
_QUEUED = re.compile(r"^(?:🎼 ExecutionQueue: Enqueued|🎼 SequenceOrchestrator: Sequence \")")


@dataclass(frozen=True, slots=True)
class Call:
    """A subscriber's call: its rows, and how long its handler took by the application's monotonic clock."""

    topic: str
    subscriber: int
    called: int
    returned: int
    settled: int
    milliseconds: float


def calls_of(log: SessionLog) -> dict[str, list[Call]]:
    """Return the subscribers' calls by topic, in order."""
    open_calls: dict[tuple[str, int], tuple[int, int, float]] = {}
    found: defaultdict[str, list[Call]] = defaultdict(list)
    for index, row in enumerate(log.rows):
        message = row.message
        if match := _CALLED.match(message):
            open_calls[match[2], int(match[1])] = (index, -1, 0.0)
        elif (match := _RETURNED.match(message)) and (key := (match[2], int(match[1]))) in open_calls:
            open_calls[key] = (open_calls[key][0], index, float(match[3]))
        elif (match := _SETTLED.match(message)) and (key := (match[2], int(match[1]))) in open_calls:
            called, returned, clock = open_calls.pop(key)
            if returned >= 0:
                found[key[0]].append(Call(*key, called, returned, index, float(match[3]) - clock))
    return dict(found)


def slow_down(log: SessionLog, calls: Sequence[Call], extra: Callable[[Call], float]) -> SessionLog:
    """Let some calls' handlers take longer, which keeps the thread busy: everything after comes later."""
    rows = list(log.rows)
    for call in calls:
        longer = extra(call)
        rows[call.settled :] = [row.later(longer) for row in rows[call.settled :]]
        end = _end_of_flow(rows, call.settled)
        for index in range(call.settled, end + 1):
            rows[index] = _longer(rows[index], call, longer)
    return SessionLog(rows)


def _end_of_flow(rows: list[Row], start: int) -> int:
    for index in range(start, len(rows)):
        message = rows[index].message
        if message.startswith("✅ SequenceExecutor: Sequence "):
            return index
        if message.startswith(_EXECUTING):
            break
    return start + 1


def _longer(row: Row, call: Call, milliseconds: float) -> Row:
    """Adjust the sums of call, beat, movement and sequence, each written once between here and the flow's end."""
    message = row.message
    for start in (
        f"🕐 [EVENTBUS] Subscriber {call.subscriber} total execution took ",
        f'🕐 [EVENTBUS] Total emitAsync execution for "{call.topic}" took ',
        "⏱️ PerformanceTracker: Movement ",
        "✅ Movement completed in ",
        "✅ SequenceExecutor: Sequence ",
    ):
        if message.startswith(start):
            return with_duration(row, start, milliseconds)
    return row


def with_beat_sums(log: SessionLog) -> SessionLog:
    """Let every beat's own figures say how long it takes by its stamps, where these say more."""
    rows = list(log.rows)
    for flow in log.flows():
        for beat in flow.beats:
            took = log.milliseconds(beat.first, beat.last)
            stated = float(re.findall(r"completed in (\d+)ms", rows[beat.last].message)[0])
            if took > stated + 2:
                for index in range(max(beat.first, beat.last - 9), beat.last + 1):
                    for start in (
                        "🕐 [BEAT EXECUTOR] emitAsync took ",
                        "⏱️ PerformanceTracker: Beat ",
                        "✅ Completed in ",
                        "✅ BeatExecutor: Beat ",
                    ):
                        rows[index] = with_duration(rows[index], start, took - stated)
    return SessionLog(rows)


def throw(log: SessionLog, calls: Sequence[Call], plugin: str, handler: str, file: str) -> SessionLog:
    """Let some calls' handler throw, which its plugin's manager catches and logs with a stack."""
    rows = list(log.rows)
    for call in sorted(calls, key=lambda one: -one.settled):
        said = f"🧠 PluginManager: Handler execution failed for {plugin}.{handler}: Error: Made failure in {handler}"
        row = rows[call.settled].saying(said)
        stack = f"\n    at {handler} ({file}:45:33)\n    at run (PluginManager.ts:335:42)\n(anonymous) @ EventBus.ts:70"
        end = next(
            (
                i
                for i in range(call.settled, min(call.settled + 8, len(rows)))
                if f"handler={handler}" in rows[i].message
            ),
            None,
        )
        if end is not None:
            del rows[end]
        rows.insert(call.settled, Row(row.text + stack))
    return SessionLog(rows)


def hang(log: SessionLog, flow: Flow, call: Call) -> SessionLog:
    """Let a call's handler never end: the flow stays, and every later request is queued for ever."""
    later = log.rows[call.returned + 2 :]
    kept = [row for row in later if row.is_foreign and "Recording sequence" not in row.message]
    return SessionLog(log.rows[: call.returned + 2] + kept)


def close_tab(log: SessionLog, flow: Flow, position: int) -> SessionLog:
    """End the log in the middle of a beat."""
    beat = flow.beats[position - 1]
    at = next(i for i in range(beat.first, beat.last) if "emitAsync CALLED" in log.rows[i].message)
    return SessionLog(log.rows[: at + 1])
