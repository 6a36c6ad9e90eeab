"""A session as spans and marks on one time axis: what the timeline draws and what trace exports write.

Only the shapes are here. How rows of the marts become spans is trace_placement.py, how rows are read flows/traces.py;
colours and file formats belong to docs_site and orchestration/exports.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

SpanKind = Literal["mount", "flow", "movement", "beat", "handler", "queue_wait", "gap"]
MarkKind = Literal["topic", "error", "warning", "user_action", "deviation", "state", "registration"]
Fact = str | int | float | bool

SPAN_KINDS: tuple[SpanKind, ...] = ("mount", "flow", "movement", "beat", "handler", "queue_wait", "gap")


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted. Times are milliseconds since the session's origin.

    `duration_ms` is what the log states (null when it does not say); `drawn_ms` is the room the span takes on the
    axis, never null. `facts` are further columns of the mart's row, nulls left out.
    """

    kind: SpanKind
    span_key: str
    name: str
    started_ms: float
    drawn_ms: float
    duration_ms: float | None
    status: str
    line_number: int
    parent_key: str | None = None
    flow_id: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def ended_ms(self) -> float:
        """Return where the span ends on the axis."""
        return self.started_ms + self.drawn_ms


@dataclass(frozen=True, slots=True)
class StateChange:
    """A key of the flow's state that was added, updated or removed; `value` as far as the log shows it, else null."""

    kind: str
    state_key: str
    value: str | None
    is_cut: bool = False

    @property
    def signed(self) -> str:
        """Return the change as logs write it: `+added`, `~updated`, `-removed`."""
        return f"{_SIGNS.get(self.kind, '')}{self.state_key}"

    @property
    def sentence(self) -> str:
        """Return the change with its value, which ends in dots where the log cut it."""
        end = "\u2026" if self.is_cut else ""
        return self.signed if self.value is None else f"{self.signed} = {self.value}{end}"


_SIGNS = {"added": "+", "updated": "~", "removed": "-"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at one moment.

    `changes` are those of a change of state, which happened in the spans `handler_key` and `beat_key`.
    """

    kind: MarkKind
    name: str
    at_ms: float
    line_number: int
    flow_id: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    changes: tuple[StateChange, ...] = ()
    handler_key: str | None = None
    beat_key: str | None = None


@dataclass(frozen=True, slots=True)
class SessionTrace:
    """All spans and marks of a session, each list ordered by start and then by line.

    `origin_epoch_ms` is null for a log without a clock: its spans are laid end to end in the log's order.
    """

    session_id: str
    session_name: str
    log_file_path: str
    origin_epoch_ms: float | None
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def has_clock(self) -> bool:
        """Tell whether times come from the log's own stamps."""
        return self.origin_epoch_ms is not None

    def of_flow(self, flow_id: str) -> "SessionTrace":
        """Return the same session with the spans and marks of one flow only."""
        return self.of_flows({flow_id})

    def of_flows(self, flow_ids: Set[str]) -> "SessionTrace":
        """Return the same session with the spans and marks of some flows only."""
        return self._part(lambda item: item.flow_id in flow_ids)

    def of_lines(self, first: int, last: int) -> "SessionTrace":
        """Return the same session with what begins on the log's lines from `first` to `last`."""
        return self._part(lambda item: first <= item.line_number <= last)

    def _part(self, is_wanted: Callable[[Span | Mark], bool]) -> "SessionTrace":
        spans, marks = tuple(filter(is_wanted, self.spans)), tuple(filter(is_wanted, self.marks))
        return replace(self, spans=spans, marks=marks)


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SessionRows:
    """The rows of one session, as the marts and the lake hold them."""

    session: Row
    flows: Sequence[Row] = ()
    beats: Sequence[Row] = ()
    handlers: Sequence[Row] = ()
    gaps: Sequence[Row] = ()
    errors: Sequence[Row] = ()
    deviations: Sequence[Row] = ()
    signals: Sequence[Row] = ()
    mutations: Sequence[Row] = ()
    mounts: Sequence[Row] = ()


def facts_of(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Fact]:
    """Return the named columns that have a value."""
    return {name: row[name] for name in names if row.get(name) is not None}


def epoch_ms(moment: datetime | None) -> float | None:
    """Return a moment as milliseconds since 1970."""
    return None if moment is None else round(moment.timestamp() * 1000, 3)
