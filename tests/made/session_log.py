"""A saved console of the corpus' application as rows, flows and beats that can be moved, removed and slowed.

Knows how such a log is written, from its own text alone and not from what Sightline reads in it: what is made with it
tests Sightline. The faults are in the modules beside it. Nothing of a log is kept in the repository.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

_BEGINS = re.compile(r"^(?:[^\s:]\S*:\d+)? {1,2}\S|^ $|^[^\s:]\S*:\d+ ?$")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_CLOCK = re.compile(r"(?<=perf[:=])( ?)(\d+\.\d+|\d+)(?=ms)")
_HEAD = re.compile(r"^(?P<anchor>\S*) (?: ?(?P<stamp>\d{4}-\d\d-\d\dT[\d:.]{12}Z) )?(?P<message>.*)", re.S)
_EXECUTING = re.compile(r'^🎼 ExecutionQueue: Now executing "(.*)"')
_FINISHED = re.compile(r'^✅ SequenceExecutor: Sequence "(.*)" completed in ')
_BEAT = re.compile(r"^🥁 MovementExecutor: Executing beat (\d+) \((\d+)/(\d+)\)")
_BEAT_DONE = re.compile(r"^✅ BeatExecutor: Beat (\d+) \((.*)\) completed in ")
_REQUEST = re.compile(r"^🆔 Request ID: (\S+)")
# What other flows, topics and the queue write while a flow runs.
_FOREIGN = re.compile(
    r"^(?:\[EventRouter|\[topics\]|\[RX DIAG\] \S+ \[EventRouter|🎼 (?:MusicalConductor|PluginInterfaceFacade|"
    r"SequenceOrchestrator|ExecutionQueue: Enqueued))|symphony\] "
)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the console: its first line and the lines that go on with it."""

    text: str

    @property
    def message(self) -> str:
        """Return what was said, without anchor and stamp, first line only."""
        head = _HEAD.match(self.text.split("\n", 1)[0])
        return head["message"] if head else ""

    @property
    def moment(self) -> datetime | None:
        """Return the first stamp of the row."""
        found = _STAMP.search(self.text.split("\n", 1)[0])
        return datetime.fromisoformat(found[0]) if found else None

    @property
    def is_foreign(self) -> bool:
        """Tell whether the row belongs to a publication, or to the queueing of another flow."""
        return bool(_FOREIGN.search(self.message))

    def later(self, milliseconds: float) -> "Row":
        """Return the row as if it had been written later: all its stamps and its monotonic clock."""
        delta = timedelta(milliseconds=round(milliseconds))
        text = _STAMP.sub(lambda found: _stamped(datetime.fromisoformat(found[0]) + delta), self.text)
        return replace(self, text=_CLOCK.sub(lambda found: f"{found[1]}{float(found[2]) + milliseconds:.2f}", text))

    def saying(self, message: str) -> "Row":
        """Return the row with another message, no lines after the first."""
        first = self.text.split("\n", 1)[0]
        return replace(self, text=first[: len(first) - len(self.message)] + message)


@dataclass(frozen=True, slots=True)
class Beat:
    """Where the rows of a beat begin and end, both included."""

    number: int
    topic: str
    first: int
    last: int


@dataclass(slots=True)
class Flow:
    """A completed run of a sequence: where its rows begin and end, both included."""

    sequence: str
    first: int
    last: int = -1
    request: str | None = None
    beats: list[Beat] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SessionLog:
    """A session as rows."""

    rows: list[Row]

    @classmethod
    def parse(cls, text: str) -> "SessionLog":
        """Split a saved console into rows."""
        rows: list[list[str]] = []
        for line in text.removesuffix("\n").split("\n"):
            if rows and not _BEGINS.match(line):
                rows[-1].append(line)
            else:
                rows.append([line])
        return cls([Row("\n".join(lines)) for lines in rows])

    def text(self) -> str:
        """Return the session as it would be saved."""
        return "".join(f"{row.text}\n" for row in self.rows)

    def flows(self) -> list[Flow]:
        """Return the flows that completed; the queue runs one at a time."""
        found: list[Flow] = []
        flow: Flow | None = None
        begun = 0
        for index, row in enumerate(self.rows):
            message = row.message
            if match := _EXECUTING.match(message):
                flow = Flow(match[1], index)
            elif flow and (match := _REQUEST.match(message)):
                flow.request = match[1]
            elif flow and _BEAT.match(message):
                begun = index
            elif flow and (match := _BEAT_DONE.match(message)):
                flow.beats.append(Beat(int(match[1]), match[2], begun, index))
            elif flow and _FINISHED.match(message):
                flow.last = index
                found.append(flow)
                flow = None
        return found

    def delayed(self, index: int, milliseconds: float) -> "SessionLog":
        """Return the session with everything from a row on written later, as when the thread stood still before it."""
        return SessionLog(self.rows[:index] + [row.later(milliseconds) for row in self.rows[index:]])

    def milliseconds(self, first: int, last: int) -> float:
        """Return how long it took from one row to a later one, by the stamps of them and the rows between."""
        moments = [moment for row in self.rows[first : last + 1] if (moment := row.moment)]
        return (moments[-1] - moments[0]).total_seconds() * 1000 if moments else 0.0

    def milliseconds_apart(self, one: int, other: int) -> float:
        """Return how much later one row than the other is, less than nothing when it is earlier."""
        return self.milliseconds(one, other) if one <= other else -self.milliseconds(other, one)


def with_duration(row: Row, start: str, milliseconds: float) -> Row:
    """Return a row that begins with given words and ends with a duration, with that duration made longer."""
    if not row.message.startswith(start):
        return row
    longer = re.sub(
        r"(\d+(?:\.\d+)?)ms$",
        lambda found: f"{max(float(found[1]) + milliseconds, 0):.{2 if '.' in found[1] else 0}f}ms",
        row.message,
    )
    return row.saying(longer)


def _stamped(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
