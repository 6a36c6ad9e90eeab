"""A flow as a replay needs it: what was declared, what was observed, which inputs are known, what is missing.

Only the shapes are here. Rows become bundles in flows/bundles.py, bundles are judged in
replay_compare.py; the file format is orchestration/exports/replay_bundle.py's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

InputState = Literal["known", "cut", "not_shown", "not_logged"]
ReplayLevel = Literal["none", "structural", "stubbed", "live"]
LEVELS: tuple[ReplayLevel, ...] = ("structural", "stubbed", "live")


@dataclass(frozen=True, slots=True)
class ReplayInput:
    """A key of the state a handler reads. `value` is JSON text, whole where known, the shown part where cut.

    `candidate` is what the key held in the flow whose publication began this one, or else last in an earlier flow of
    the session: likely, and not proven, to be the value.
    """

    key: str
    state: InputState
    value: str | None = None
    candidate: str | None = None
    candidate_line_number: int | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """A key a handler added, updated or removed; `value` is JSON text, null where the log does not show all of it.

    `shown` is then what stands before the cut.
    """

    key: str
    kind: str
    value: str | None = None
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class HandlerStep:
    """A handler that ran in a beat; class and message of its error where it failed."""

    plugin_name: str | None
    handler_name: str | None
    status: str
    line_number: int | None = None
    code_place: str | None = None
    inputs: tuple[ReplayInput, ...] = ()
    changes: tuple[StateChange, ...] = ()
    error_class: str | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class BeatStep:
    """A beat that ran: as production logged it, or as a replay did it."""

    topic: str
    status: str
    movement_name: str | None = None
    beat_number: int | None = None
    title: str | None = None
    line_number: int | None = None
    handlers: tuple[HandlerStep, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredStep:
    """A beat as declared."""

    position: int
    topic: str
    movement_number: int | None = None
    movement_name: str | None = None
    beat_number: int | None = None
    title: str | None = None
    handler_name: str | None = None
    kind: str | None = None
    timing: str | None = None
    json_path: str | None = None


@dataclass(frozen=True, slots=True)
class ReplayBundle:
    """Everything known of a flow; `facts` are who, when and where, `request` is what was logged right before it.

    `publisher_values` is the state of the flow whose publication began this one, at that time.
    """

    flow_id: str
    sequence_key: str
    sequence_name: str
    status: str
    logged_level: ReplayLevel
    replayability_pct: float
    missing_fields: str | None
    declared: tuple[DeclaredStep, ...]
    observed: tuple[BeatStep, ...]
    request_values: Mapping[str, str] = field(default_factory=dict)
    request_lines: tuple[int, ...] = ()
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    publisher_values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place where two runs part. `position` counts steps from 1; `line_number` is the log's, if known."""

    kind: str
    position: int
    expected: str
    observed: str
    line_number: int | None = None
