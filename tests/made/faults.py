"""Chooses where a fault goes in a healthy session, puts it there, and says so as the corpus' labels do."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.made import beat_faults, handler_faults, topic_faults
from tests.made.declared import DeclaredBeat
from tests.made.session_log import Flow, SessionLog


class NoPlaceError(Exception):
    """Raised when a session has no place for a fault of the class."""


@dataclass
class Session:
    """A session to be changed, what is declared, and the places other sessions were changed at already."""

    log: SessionLog
    declared: list[DeclaredBeat]
    random: random.Random
    taken: set[str] = field(default_factory=set)

    def flows(self, fits: Callable[[list[DeclaredBeat], Flow], bool]) -> tuple[list[Flow], list[DeclaredBeat]]:
        """Return all flows of a sequence chosen among those that fit, and its declared beats."""
        by_name: dict[str, list[Flow]] = {}
        for flow in self.log.flows():
            beats = self.beats_of(flow)
            if flow.request and len(flow.beats) == len(beats) > 0 and fits(beats, flow):
                by_name.setdefault(flow.sequence, []).append(flow)
        chosen = by_name[self._pick(sorted(by_name))]
        return chosen, self.beats_of(chosen[0])

    def beats_of(self, flow: Flow) -> list[DeclaredBeat]:
        """Return the declared beats of a flow's sequence."""
        return [beat for beat in self.declared if beat.sequence_name == flow.sequence]

    def some(self, flows: list[Any]) -> list[Any]:
        """Return about half, at least one."""
        return [one for one in flows if self.random.random() < 0.5] or [self.random.choice(flows)]

    def _pick(self, places: list[str]) -> str:
        """Choose a place, one that no session had if there is any."""
        fresh = [one for one in places if one not in self.taken] or places
        if not fresh:
            raise NoPlaceError
        place = self.random.choice(fresh)
        self.taken.add(place)
        return place


Made = tuple[SessionLog, dict[str, Any], int]


def _place(beat: DeclaredBeat) -> dict[str, Any]:
    return {"sequence": beat.sequence_key, "beat": beat.number, "event": beat.topic}


def _is_quiet(session: Session, flow: Flow, position: int) -> bool:
    beat = flow.beats[position - 1]
    return not any("CP1 ENTRY" in row.message for row in session.log.rows[beat.first : beat.last])


def _of_beats(
    change: Callable[[int], beat_faults.Change], least: int, *, everywhere: bool = False
) -> Callable[[Session], Made]:
    def make(session: Session) -> Made:
        flows, beats = session.flows(lambda beats, flow: len(beats) >= least and _is_quiet(session, flow, len(beats)))
        quiet = [
            p
            for p in range(1 if least == 1 else 2, len(beats) + 1)
            if all(_is_quiet(session, flow, p) for flow in flows)
        ]
        if not quiet:
            raise NoPlaceError
        position = session.random.choice(quiet)
        chosen = flows if everywhere else session.some(flows)
        return beat_faults.in_flows(session.log, chosen, change(position)), _place(beats[position - 1]), len(chosen)

    return make


def _swapped(session: Session) -> Made:
    flows, beats = session.flows(
        lambda beats, flow: len(beats) >= 2 and all(_is_quiet(session, flow, p) for p in range(1, len(beats) + 1))
    )
    where = {"sequence": beats[0].sequence_key, "beat": beats[0].number, "beat2": len(beats)}
    return beat_faults.in_flows(session.log, flows, beat_faults.swap_beats(1, len(beats))), where, len(flows)


def _added(session: Session) -> Made:
    flows, beats = session.flows(lambda beats, flow: True)
    position = session.random.randint(1, len(beats))
    where = {"sequence": beats[0].sequence_key, "beat": len(beats)}
    topic = f"{beats[0].topic.rsplit(':', 1)[0]}:undeclared:made"
    return beat_faults.in_flows(session.log, flows, beat_faults.add_beat(position, topic)), where, len(flows)


def _calls(session: Session, least: int) -> tuple[DeclaredBeat, list[handler_faults.Call]]:
    """Choose a handler whose topic nobody else listens to."""
    owners: dict[str, list[DeclaredBeat]] = {}
    for beat in session.declared:
        owners.setdefault(beat.topic, []).append(beat)
    calls = {
        owners[topic][0].handler: (owners[topic][0], found)
        for topic, found in handler_faults.calls_of(session.log).items()
        if len(owners.get(topic, ())) == 1 and len(found) >= least
    }
    return calls[session._pick(sorted(calls))]


def _slow(session: Session) -> Made:
    beat, calls = _calls(session, 5)
    log = handler_faults.slow_down(session.log, calls, lambda call: 4 * max(call.milliseconds, 0.5))
    return handler_faults.with_beat_sums(log), {**_place(beat), "handler": beat.handler}, len(calls)


def _throws(session: Session) -> Made:
    beat, calls = _calls(session, 1)
    chosen = session.some(calls)
    log = handler_faults.throw(session.log, chosen, beat.plugin, beat.handler, "chunk-MADE0001.js")
    return log, {**_place(beat), "handler": beat.handler}, len(chosen)


def _hangs(session: Session) -> Made:
    beat, calls = _calls(session, 1)
    late = [call for call in calls if call.called > len(session.log.rows) * 0.55] or calls[-1:]
    call = late[0]
    flow = next((one for one in session.log.flows() if one.first < call.called < one.last), None)
    if flow is None or flow.sequence != beat.sequence_name:
        raise NoPlaceError
    return handler_faults.hang(session.log, flow, call), {"event": beat.topic}, 1


def _closed(session: Session) -> Made:
    flows, beats = session.flows(lambda beats, flow: flow.first > len(session.log.rows) * 0.6)
    position = session.random.randint(1, len(beats))
    return handler_faults.close_tab(session.log, flows[0], position), {"event": beats[position - 1].topic}, 1


def _published(session: Session) -> tuple[list[topic_faults.Publication], list[topic_faults.Publication]]:
    found = topic_faults.publications(session.log)
    topic = session._pick(sorted({one.topic for one in found}))
    return [one for one in found if one.topic == topic], [one for one in found if one.topic != topic]


def _unrouted(session: Session) -> Made:
    chosen, _ = _published(session)
    return topic_faults.lose_route(session.log, chosen), {"topic": chosen[0].topic}, len(chosen)


def _nowhere(session: Session) -> Made:
    chosen, _ = _published(session)
    return topic_faults.lead_nowhere(session.log, chosen), {"topic": chosen[0].topic}, len(chosen)


def _elsewhere(session: Session) -> Made:
    chosen, others = _published(session)
    others = [one for one in others if one.sequence_key != chosen[0].sequence_key]
    if not others:
        raise NoPlaceError
    return (
        topic_faults.lead_elsewhere(session.log, chosen, session.random.choice(others)),
        {"topic": chosen[0].topic},
        len(chosen),
    )


def _storm(session: Session) -> Made:
    chosen, _ = _published(session)
    return topic_faults.storm(session.log, session.random.choice(chosen), 50), {"topic": chosen[0].topic}, 50


def _stalled(milliseconds: float) -> Callable[[Session], Made]:
    def make(session: Session) -> Made:
        flow = session.random.choice([one for one in session.log.flows() if one.first > len(session.log.rows) * 0.5])
        index = session.random.randint(flow.first + 1, flow.last - 1)
        return session.log.delayed(index, milliseconds), {"file": "none (environment)"}, 1

    return make


# What is made, by an own name: the class of the corpus' labels, and the maker.
MAKERS: dict[str, tuple[str, Callable[[Session], Made]]] = {
    "slow": ("a_slow_handler", _slow),
    "throws": ("b_handler_throws", _throws),
    "fails": ("b2_beat_fails", _of_beats(lambda p: beat_faults.fail_beat(p, aborts=False), 1)),
    "aborts": ("b2_beat_fails", _of_beats(lambda p: beat_faults.fail_beat(p, aborts=True), 1)),
    "skip": ("c_beat_execution_skip", _of_beats(beat_faults.skip_beat, 2)),
    "duplicate": ("c_beat_execution_duplicate", _of_beats(beat_faults.duplicate_beat, 1)),
    "reorder": ("c_beat_execution_reorder", _of_beats(beat_faults.move_beat_to_front, 2)),
    "drop": ("c_beat_sequence_changed", _of_beats(beat_faults.skip_beat, 2, everywhere=True)),
    "swap": ("c_beat_sequence_changed", _swapped),
    "add": ("d_undeclared_beat", _added),
    "unsubscribe": ("e_subscription_missing", _of_beats(beat_faults.unsubscribe, 1, everywhere=True)),
    "unrouted": ("e_topic_misrouted", _unrouted),
    "nowhere": ("e_topic_misrouted", _nowhere),
    "elsewhere": ("e_topic_misrouted", _elsewhere),
    "hang": ("f_never_completes", _hangs),
    "close": ("f_tab_closed", _closed),
    "stall6": ("g_main_thread_stall", _stalled(6000)),
    "stall2": ("g_main_thread_stall", _stalled(2500)),
    "storm": ("h_storm", _storm),
}
