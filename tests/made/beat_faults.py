"""Faults of the order and presence of beats, put into a healthy session: skip, duplicate, reorder, add, fail, hang.

Each takes a session and the flows to change, and returns the changed session. Flows are changed from the last to the
first, so that the places of the earlier ones stay.
"""

from collections.abc import Callable, Sequence

from tests.made.session_log import Beat, Flow, Row, SessionLog, with_duration

Change = Callable[[SessionLog, Flow], SessionLog]
_SUMS = ("⏱️ PerformanceTracker: Movement ", "✅ Movement completed in ", "✅ SequenceExecutor: Sequence ")
_STACK = (
    "\n    at BeatExecutor.executeBeat (BeatExecutor.ts:106:77)\n    at MovementExecutor.executeMovement "
    "(MovementExecutor.ts:87:33)\n(anonymous) @ EventBus.ts:70\nexecuteBeat @ BeatExecutor.ts:155"
)


def in_flows(log: SessionLog, flows: Sequence[Flow], change: Change) -> SessionLog:
    """Change some flows of a session."""
    for flow in sorted(flows, key=lambda one: -one.first):
        log = change(log, flow)
    return log


def skip_beat(position: int) -> Change:
    """Leave out a beat; what others wrote while it ran stays."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        beat = flow.beats[position - 1]
        kept = [row for row in log.rows[beat.first : beat.last + 1] if row.is_foreign]
        return _replaced(log, flow, beat, kept, -log.milliseconds(beat.first, beat.last))

    return change


def duplicate_beat(position: int) -> Change:
    """Play a beat twice."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        beat = flow.beats[position - 1]
        took = log.milliseconds(beat.first, beat.last)
        rows = log.rows[beat.first : beat.last + 1]
        return _replaced(log, flow, beat, rows + [row.later(took) for row in rows if not row.is_foreign], took)

    return change


def move_beat_to_front(position: int) -> Change:
    """Play a beat before all others."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        moved, first = flow.beats[position - 1], flow.beats[0]
        before = log.milliseconds(first.first, flow.beats[position - 2].last)
        took = log.milliseconds(moved.first, moved.last)
        rows = log.rows
        front = [row.later(-before) for row in rows[moved.first : moved.last + 1]]
        rest = [row.later(took) for row in rows[first.first : moved.first]]
        return SessionLog(rows[: first.first] + front + rest + rows[moved.last + 1 :])

    return change


def swap_beats(position: int, other: int) -> Change:
    """Exchange two beats of which the second comes later."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        one, two = flow.beats[position - 1], flow.beats[other - 1]
        rows = log.rows
        first, middle, last = (
            rows[one.first : one.last + 1],
            rows[one.last + 1 : two.first],
            rows[two.first : two.last + 1],
        )
        took, takes = log.milliseconds(one.first, one.last), log.milliseconds(two.first, two.last)
        away = log.milliseconds(one.first, two.first)
        swapped = [row.later(-away) for row in last] + [row.later(takes - took) for row in middle]
        swapped += [row.later(away + takes - took) for row in first]
        return SessionLog(rows[: one.first] + swapped + rows[two.last + 1 :])

    return change


def add_beat(position: int, topic: str) -> Change:
    """Play an undeclared beat, which nobody listens to, after a declared one."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        beat = flow.beats[position - 1]
        number = max(one.number for one in flow.beats) + 1
        rows = log.rows[beat.first : beat.last + 1]
        return _replaced(log, flow, beat, rows + _unheard(log, flow, beat, number, topic), 6.0)

    return change


def unsubscribe(position: int) -> Change:
    """Let a beat find no subscriber."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        beat = flow.beats[position - 1]
        foreign = [row for row in log.rows[beat.first : beat.last + 1] if row.is_foreign]
        shorter = 6.0 - log.milliseconds(beat.first, beat.last)
        return _replaced(log, flow, beat, foreign + _unheard(log, flow, beat, beat.number, beat.topic), shorter)

    return change


def fail_beat(position: int, *, aborts: bool) -> Change:
    """Let a beat fail before it is emitted; the sequence goes on, or is aborted."""

    def change(log: SessionLog, flow: Flow) -> SessionLog:
        beat = flow.beats[position - 1]
        at = next(i for i in range(beat.first, beat.last) if "About to emitAsync" in log.rows[i].message)
        said = f"TypeError: Made beat failure for {beat.topic}"
        failed = log.rows[at].saying(f"❌ BeatExecutor: Beat {beat.number} ({beat.topic}) failed: {said}")
        head = [*log.rows[beat.first : at + 1], Row(failed.text + _STACK)]
        later = [row for row in log.rows[at + 1 : beat.last + 1] if row.is_foreign]
        if not aborts:
            return SessionLog(log.rows[: beat.first] + head + later + log.rows[beat.last + 1 :])
        tail = [row for row in log.rows[beat.last + 1 : flow.last + 1] if row.is_foreign]
        marked = next(row for row in log.rows[beat.last : flow.last + 1] if "ExecutionQueue: Marked" in row.message)
        messages = (
            f'❌ MovementExecutor: Movement "{_movement(log, flow)}" failed: {said}',
            f'❌ SequenceExecutor: Sequence "{flow.sequence}" failed at movement 0, beat {beat.number}: {said}',
            f"❌ SequenceOrchestrator: Failed to execute sequence {flow.sequence}: {said}",
        )
        end = [Row(log.rows[at].saying(message).text + _STACK) for message in messages]
        end.insert(1, marked)
        return SessionLog(log.rows[: beat.first] + head + later + tail + end + log.rows[flow.last + 1 :])

    return change


def _movement(log: SessionLog, flow: Flow) -> str:
    row = next(row for row in log.rows[flow.first : flow.last] if "SequenceExecutor: Executing movement" in row.message)
    return row.message.split('"')[1]


def _unheard(log: SessionLog, flow: Flow, beat: Beat, number: int, topic: str) -> list[Row]:
    """Return the rows of a beat without a subscriber, begun when the given beat ends or takes its place."""
    model = log.rows[beat.last if number != beat.number else beat.first]
    position, count = len(flow.beats) + 1, len(flow.beats) + 1
    messages = [
        f"🥁 MovementExecutor: Executing beat {number} ({position}/{count})",
        f"⏱️ PerformanceTracker: Started timing beat {number} for {flow.sequence}",
        f"🎵 Beat {number} Started: Made Beat ({topic})",
        f'🕐 [BEAT EXECUTOR] About to emitAsync for event "{topic}" at {_time(model)} (perf: 1.00ms)',
        f'🕐 [EVENTBUS] emitAsync CALLED for "{topic}" at {_time(model)} (perf: 1.00ms)',
        f'🕐 [EVENTBUS] No subscribers for "{topic}", returning immediately',
        "🕐 [BEAT EXECUTOR] emitAsync took 0.80ms",
        f"🎽 DataBaton: No changes | seq={flow.sequence} beat={number} event={topic} handler=?",
        f"⏱️ PerformanceTracker: Beat {number} completed in 5.00ms",
        "✅ Completed in 5.00ms",
        f"✅ BeatExecutor: Beat {number} ({topic}) completed in 5ms",
    ]
    return [model.saying(message) for message in messages]


def _time(row: Row) -> str:
    moment = row.moment
    assert moment is not None
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _replaced(log: SessionLog, flow: Flow, beat: Beat, rows: list[Row], longer: float) -> SessionLog:
    """Put rows in the place of a beat; all after it come later by some time, and the flow's sums say so."""
    rest = [row.later(longer) for row in log.rows[beat.last + 1 :]]
    for index in range(flow.last - beat.last):
        for start in _SUMS:
            rest[index] = with_duration(rest[index], start, longer)
    return SessionLog(log.rows[: beat.first] + rows + rest)
