"""Which sessions train, which are held out and broken, and the broken copies themselves.

Decisions and texts only: nothing is written or judged here. The same sessions, number and seed give the same copies.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestration.defs.proving.judging import Judgements
from orchestration.defs.proving.recorded import Recorded, Recordings
from orchestration.faults.fault_making import KINDS, Faulty, Kind, make_fault
from orchestration.faults.fault_scores import is_right
from orchestration.faults.scene import Fault, NoPlaceError, Scene
from orchestration.faults.session_flows import owned
from orchestration.faults.session_rows import SessionRows

# Of the sessions so many are held out; learned detectors keep at least as many as they need where there are enough.
HELD_OUT_SHARE = 1 / 3
LEAST_TRAINING = 20
# A session is taken apart row by row: a larger one costs minutes and shows nothing else.
MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Copy:
    """A broken copy of a session."""

    log_file_path: str
    original: Recorded
    text: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Roster:
    """Sessions that say what is usual, and those that are held out."""

    training: tuple[str, ...]
    held_out: tuple[str, ...]


def draw_roster(usable: Sequence[str], pool: Sequence[str], chance: random.Random) -> Roster:
    """Hold some sessions out of the pool that trains; sessions outside of the pool are held out anyway.

    Order does not count: the sessions are drawn from sorted names.
    """
    members = sorted(set(pool))
    outside = sorted(set(usable) - set(members))
    candidates = sorted(set(usable) & set(members))
    most = max(len(members) - LEAST_TRAINING, 1) if len(members) > LEAST_TRAINING else max(len(members) // 3, 1)
    wanted = min(max(round(len(members) * HELD_OUT_SHARE) - len(outside), 0 if outside else 1), most, len(candidates))
    drawn = chance.sample(candidates, wanted)
    held_out = sorted([*outside, *drawn])
    return Roster(tuple(one for one in members if one not in drawn), tuple(held_out))


class FaultPlan:
    """Makes faults of all kinds in turn, in the held-out sessions in turn."""

    def __init__(
        self, recordings: Recordings, held_out: Sequence[str], chance: random.Random, known: Judgements
    ) -> None:
        """Prepare; sessions are read when their turn comes. `known` is what the home says of them."""
        self._recordings = recordings
        self._known = known
        self._made: set[str] = set()
        self._logs = [log for log in recordings.logs if log.log_file_path in set(held_out)]
        self._declared = recordings.declared()
        self._chance = chance
        self._chance.shuffle(self._logs)
        self._rows: dict[str, SessionRows] = {}
        self._taken: defaultdict[str, set[str]] = defaultdict(set)
        self.reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def copies(self, count: int) -> Iterator[Copy]:
        """Yield up to `count` broken copies; a kind no session has a place for is left out, with the reason kept."""
        left, turn, possible = count, 0, list(KINDS)
        while left and possible:
            for kind in list(possible):
                copy = self._copy(kind, turn)
                turn += 1
                if copy is None:
                    possible.remove(kind)
                    continue
                yield copy
                left -= 1
                if not left:
                    return

    def _copy(self, kind: Kind, turn: int) -> Copy | None:
        """Return a copy of the next session that has a place for a kind of fault."""
        for step in range(len(self._logs)):
            log = self._logs[(turn + step) % len(self._logs)]
            scene = Scene(self._session(log), self._declared, self._chance, self._taken[kind.name])
            try:
                made = make_fault(scene, kind)
                self._require_new(made, log)
            except NoPlaceError as error:
                self.reasons[kind.name][str(error)] += 1
                continue
            name = f"{log.log_file_path.removesuffix('.gz').removesuffix('.zst').removesuffix('.log')}"
            return Copy(f"{name}.made-{turn:04d}-{kind.name}.log", log, made.text, made.fault)
        return None

    def _require_new(self, made: Faulty, log: Recorded) -> None:
        """Refuse what was made before, and a place that shows the same without the fault: nothing could be told."""
        if made.text in self._made:
            raise NoPlaceError("every place in the held-out sessions was used already")
        if any(is_right(one, made.fault) for one in self._known.findings(log.log_file_path)):
            raise NoPlaceError("the places that are left show such a fault already")
        self._made.add(made.text)

    def _session(self, log: Recorded) -> SessionRows:
        if log.log_file_path not in self._rows:
            self._rows[log.log_file_path] = owned(self._recordings.rows(log))
        return self._rows[log.log_file_path]
