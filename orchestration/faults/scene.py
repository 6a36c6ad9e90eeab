"""Where a fault can go: a recorded session with its flows, what is declared, and the places that were taken before.

What is put there is in fault_making.py; how flows are found in session_flows.py.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.faults.declared_beats import Declared, DeclaredBeat
from orchestration.faults.handler_faults import Place
from orchestration.faults.session_flows import Flow, Publication, flows_of, owned, publications_of
from orchestration.faults.session_rows import SessionRows


class NoPlaceError(Exception):
    """Raised when a session has no place for a fault of a kind; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What was made: the kind, the place, the lines of the changed log that show it, and how often it happens."""

    kind: str
    sequence_key: str | None = None
    sequence_name: str | None = None
    topic: str | None = None
    handler_name: str | None = None
    beat_position: int | None = None
    execution_count: int = 1
    # The neighbour of two exchanged beats: either may be told to be out of order.
    other_topic: str | None = None
    # Other sequences and topics that are seen otherwise because of it: what it starts, what ran meanwhile.
    touched: tuple[str, ...] = ()
    first_line: int = 0
    last_line: int = 0


@dataclass
class Scene:
    """A session to be changed, what is declared, and the places that were taken in other sessions."""

    log: SessionRows
    declared: Declared
    chance: random.Random
    taken: set[str] = field(default_factory=set)
    flows: list[Flow] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the flows."""
        self.log = owned(self.log)
        self.flows = flows_of(self.log)

    def pick(self, places: Mapping[str, object], lacking: str) -> str:
        """Choose a place, one that no session had if there is any."""
        names = sorted(places)
        if not names:
            raise NoPlaceError(lacking)
        name = self.chance.choice([one for one in names if one not in self.taken] or names)
        self.taken.add(name)
        return name

    def some(self, flows: Sequence[Flow]) -> set[str]:
        """Return the names of about half of some flows, at least one."""
        chosen = {flow.flow for flow in flows if self.chance.random() < 0.5}
        return chosen or {self.chance.choice(list(flows)).flow}

    def conforming(self) -> dict[str, list[Flow]]:
        """Return completed flows that ran as declared, by sequence."""
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            topics = [beat.topic for beat in self.declared.beats(flow.sequence)]
            if flow.is_completed and topics and [beat.topic for beat in flow.beats] == topics:
                found.setdefault(flow.sequence, []).append(flow)
        return found

    def calls(self) -> dict[str, list[Place]]:
        """Return calls by plugin and handler, where one declared handler alone listens to the topic."""
        found: dict[str, list[Place]] = {}
        for flow in self.flows:
            for beat in flow.beats:
                owner = self.declared.only_listener(beat.topic)
                if owner and owner.handler and len(beat.calls) == 1 and flow.is_completed:
                    found.setdefault(f"{owner.plugin}.{owner.handler}", []).append((flow, beat, beat.calls[0]))
        return found

    def owner(self, place: Place) -> DeclaredBeat:
        """Return the declared beat of a call."""
        owner = self.declared.only_listener(place[1].topic)
        assert owner is not None
        return owner

    def publications(self) -> list[Publication]:
        """Return what starts exactly one flow."""
        return publications_of(self.log, self.flows, self.declared.names)
