"""Chooses where a fault goes in a recorded session, makes it there, and says what was made and where.

One generator for all who need known faults: `sightline prove`, made histories, and the tests and benchmarks. Pure:
a session in, a session and a label out; the same session, kind and source of chance give the same bytes. How each
fault is made is in the modules it names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from orchestration.faults import beat_faults, handler_faults, topic_faults
from orchestration.faults.changes import Change, in_flows
from orchestration.faults.declared_beats import DeclaredBeat
from orchestration.faults.handler_faults import Place
from orchestration.faults.scene import Fault, NoPlaceError, Scene
from orchestration.faults.session_flows import Flow, Publication, family_of
from orchestration.faults.session_rows import SessionRows

STORM_TIMES = 50
STALL_MS = (2500.0, 6000.0)
# An overload is seen in some calls, not in one.
_LEAST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Faulty:
    """A session with a fault."""

    text: str
    fault: Fault


Made = tuple[SessionRows, Fault]
Maker = Callable[[Scene], Made]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its title for people, what makes it, and what a log must say for it to be possible."""

    name: str
    title: str
    make: Maker
    signals: tuple[str, ...] = ()
    needs_clock: bool = False


def make_fault(scene: Scene, kind: Kind) -> Faulty:
    """Make one fault; raise NoPlaceError when the session has no place for it."""
    missing = [signal for signal in kind.signals if not scene.log.rules.can_say(signal)]
    if missing:
        raise NoPlaceError(f"the dialect {scene.log.rules.dialect_name} has no message for {missing[0]}")
    if kind.needs_clock and not scene.log.has_clock:
        raise NoPlaceError("the log has no time stamps that can be moved")
    log, fault = kind.make(scene)
    if not log.is_sequential and scene.log.is_in_order():
        log = log.in_order()
    text = log.text()
    if text == scene.log.text():
        raise NoPlaceError("nothing in the log could be changed")
    first, last = log.made_lines()
    return Faulty(text, replace(fault, first_line=first, last_line=last))


def _of_sequence(kind: str, beat: DeclaredBeat, count: int, topic: str | None = None) -> Fault:
    where = (beat.sequence_key, beat.sequence_name, topic or beat.topic, beat.handler, beat.position)
    return Fault(kind, *where, execution_count=count)


def _quiet(flows: Sequence[Flow]) -> list[int]:
    """Return the places of beats in which no flow starts anything else."""
    return [place for place in range(len(flows[0].beats)) if all(flow.beats[place].is_quiet for flow in flows)]


def _beat(kind: str, change: Callable[[int], Change], *, least: int = 1, is_everywhere: bool = False) -> Maker:
    """Return what changes a beat of a sequence in about half of its flows, or in all."""

    def make(scene: Scene) -> Made:
        fitting = {
            name: flows
            for name, flows in scene.conforming().items()
            if len(flows[0].beats) >= least and any(place >= least - 1 for place in _quiet(flows))
        }
        name = scene.pick(fitting, "no declared sequence ran through with a beat that starts nothing else")
        flows = fitting[name]
        place = scene.chance.choice([one for one in _quiet(flows) if one >= least - 1])
        names = {flow.flow for flow in flows} if is_everywhere else scene.some(flows)
        log = in_flows(scene.log, names, change(place))
        return log, _of_sequence(kind, scene.declared.beats(name)[place], len(names))

    return make


def _reordered(scene: Scene) -> Made:
    fitting = {
        name: flows
        for name, flows in scene.conforming().items()
        if any(one + 1 in _quiet(flows) for one in _quiet(flows))
        and len({beat.topic for beat in flows[0].beats}) == len(flows[0].beats)
    }
    name = scene.pick(fitting, "no declared sequence ran through with two neighbouring beats that start nothing else")
    flows = fitting[name]
    quiet = _quiet(flows)
    place = scene.chance.choice([one for one in quiet if one + 1 in quiet])
    names = scene.some(flows)
    log = in_flows(scene.log, names, beat_faults.reorder(place, place + 1))
    beat, other = scene.declared.beats(name)[place : place + 2]
    return log, replace(_of_sequence("beat_reordered", beat, len(names)), other_topic=other.topic)


def _added(scene: Scene) -> Made:
    fitting = {name: flows for name, flows in scene.conforming().items() if _quiet(flows)}
    name = scene.pick(fitting, "no declared sequence ran through with a beat that starts nothing else")
    flows = fitting[name]
    place = scene.chance.choice(_quiet(flows))
    beat = scene.declared.beats(name)[place]
    topic = f"{beat.topic}:undeclared"
    names = scene.some(flows)
    log = in_flows(scene.log, names, beat_faults.add(place, topic))
    return log, _of_sequence("beat_undeclared", beat, len(names), topic)


def _calls(scene: Scene, least: int) -> list[Place]:
    fitting = {name: places for name, places in scene.calls().items() if len(places) >= least}
    return fitting[scene.pick(fitting, f"no handler of one declared beat alone was called {least} times")]


def _of_call(kind: str, scene: Scene, places: Sequence[Place]) -> Fault:
    return _of_sequence(kind, scene.owner(places[0]), len(places))


def _slow(kind: str, factor: float, more_ms: float, share: float = 1.0) -> Maker:
    def make(scene: Scene) -> Made:
        places = _calls(scene, _LEAST_CALLS)
        if share < 1:
            places = scene.chance.sample(places, max(round(share * len(places)), 1))
            places.sort(key=lambda one: one[2].settled)
        log = handler_faults.slow_down(scene.log, scene.flows, places, factor, more_ms)
        return log, _of_call(kind, scene, places)

    return make


def _thrown(scene: Scene) -> Made:
    places = _calls(scene, 1)
    chosen = [one for one in places if scene.chance.random() < 0.5] or places[:1]
    owner = scene.owner(places[0])
    log = handler_faults.throw(scene.log, chosen, str(owner.handler), owner.plugin)
    return log, _of_call("handler_throws", scene, chosen)


def _late(scene: Scene) -> Place:
    """Choose a call in the later half of the log, so that there is something before it."""
    half = len(scene.log.rows) // 2
    late = {name: [one for one in places if one[2].started > half] for name, places in scene.calls().items()}
    late = {name: places for name, places in late.items() if places}
    return late[scene.pick(late, "no handler was called in the later half of the log")][0]


def _hung(scene: Scene) -> Made:
    flow, beat, call = _late(scene)
    log = handler_faults.hang(scene.log, flow, call)
    if not any(row.signal for row in log.rows[call.started + 1 :]):
        # A log that ends there shows a session that ended, not a flow that hangs.
        raise NoPlaceError("nothing is logged after the flow that would hang")
    return log, _of_call("flow_hangs", scene, [(flow, beat, call)])


def _cut(scene: Scene) -> Made:
    flow, beat, call = _late(scene)
    running = {one.sequence for one in scene.flows if one.own[0] < call.started < max(one.own)}
    fault = _of_call("log_cut", scene, [(flow, beat, call)])
    return handler_faults.cut(scene.log, call), replace(fault, touched=tuple(sorted(running)))


def _stalled(scene: Scene) -> Made:
    flows = [flow for flow in scene.flows if flow.is_completed and flow.first > len(scene.log.rows) // 3]
    if not flows:
        raise NoPlaceError("no flow completed in the later part of the log")
    flow = scene.chance.choice(flows)
    index = scene.chance.choice(flow.own[2:])
    return handler_faults.stand_still(scene.log, index, scene.chance.choice(STALL_MS)), Fault("stall")


def _published(scene: Scene) -> tuple[list[Publication], list[Publication]]:
    """Choose a topic that always leads to one flow; return its publications, and all."""
    everything = scene.publications()
    by_topic: dict[str, list[Publication]] = {}
    for one in everything:
        if one.topic:
            by_topic.setdefault(one.topic, []).append(one)
    return by_topic[scene.pick(by_topic, "no published topic leads to exactly one flow")], everything


def _of_topic(kind: str, scene: Scene, one: Publication, count: int, *others: Publication) -> Fault:
    """Label a fault of a topic; what the flows it leads to would start is touched too."""
    families = [family_of(scene.log, scene.flows, each.flow, each.first) for each in (one, *others)]
    started = {flow.sequence for flow in scene.flows if any(flow.flow in family for family in families)}
    started |= {
        str(row.value("topic"))
        for row in scene.log.rows
        if row.signal == "topic_published" and any(row.flow in family for family in families)
    }
    where = (one.sequence_key, one.flow.sequence, one.topic)
    return Fault(kind, *where, execution_count=count, touched=tuple(sorted(started)))


def _unrouted(scene: Scene) -> Made:
    chosen, _ = _published(scene)
    return topic_faults.lose_route(scene.log, scene.flows, chosen), _of_topic(
        "topic_unrouted", scene, chosen[0], len(chosen)
    )


def _elsewhere(scene: Scene) -> Made:
    chosen, everything = _published(scene)
    others = [one for one in everything if one.topic and one.sequence_key != chosen[0].sequence_key]
    if not others:
        raise NoPlaceError("no other published topic leads to exactly one flow")
    other = scene.chance.choice(others)
    log = topic_faults.lead_elsewhere(scene.log, scene.flows, chosen, other)
    return log, _of_topic("topic_misrouted", scene, chosen[0], len(chosen), other)


def _storm(scene: Scene) -> Made:
    by_key: dict[str, list[Publication]] = {}
    for one in scene.publications():
        by_key.setdefault(f"{one.topic}>{one.sequence_key}", []).append(one)
    chosen = by_key[scene.pick(by_key, "nothing that was published or asked for led to exactly one flow")]
    one = scene.chance.choice(chosen)
    return topic_faults.storm(scene.log, scene.flows, one, STORM_TIMES), _of_topic("storm", scene, one, STORM_TIMES)


KINDS: tuple[Kind, ...] = (
    Kind(
        "beat_fails",
        "Beat fails, flow continues",
        _beat("beat_fails", lambda p: beat_faults.fail(p, aborts=False)),
        ("beat_failed",),
    ),
    Kind(
        "flow_aborts",
        "Beat fails, flow aborts",
        _beat("flow_aborts", lambda p: beat_faults.fail(p, aborts=True)),
        ("beat_failed", "flow_failed"),
    ),
    Kind("beat_skipped", "Beat skipped", _beat("beat_skipped", beat_faults.skip, least=2)),
    Kind("beat_repeated", "Beat repeated", _beat("beat_repeated", beat_faults.repeat)),
    Kind("beat_reordered", "Beats out of order", _reordered),
    Kind("beat_undeclared", "Undeclared beat", _added),
    Kind(
        "no_subscriber",
        "No subscriber",
        _beat("no_subscriber", beat_faults.unsubscribe, is_everywhere=True),
        ("subscribers_absent",),
    ),
    Kind("topic_unrouted", "Topic without a route", _unrouted, ("topic_routed",)),
    Kind("topic_misrouted", "Topic routed to the wrong sequence", _elsewhere, ("topic_routed",)),
    Kind("flow_hangs", "Flow hangs", _hung, ("handler_started",)),
    Kind("handler_throws", "Handler throws, flow continues", _thrown, ("handler_failed",)),
    Kind("slow_factor", "Handler 4 times slower", _slow("slow_factor", 4.0, 0.0), ("handler_settled",), True),
    Kind("slow_more", "Handler 50 ms slower", _slow("slow_more", 1.0, 50.0), ("handler_settled",), True),
    Kind(
        "slow_some",
        "Handler 500 ms slower in a third of its executions",
        _slow("slow_some", 1.0, 500.0, 1 / 3),
        ("handler_settled",),
        True,
    ),
    Kind("storm", f"Storm: {STORM_TIMES} in a row", _storm),
    Kind("stall", "Application stands still for 2.5 to 6 s", _stalled, (), True),
    Kind("log_cut", "Log ends in the middle of a beat", _cut, ("handler_started",)),
)
