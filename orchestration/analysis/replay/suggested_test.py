"""A generated test before it is written in a language: what is played, what is expected, what the evidence is.

Rows become these in suggested_test_load.py; the languages are in orchestration/exports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.analysis.replay.replay_model import ReplayBundle
from orchestration.analysis.replay.value_rules import Rule


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """A key a handler changes: how, whether in every execution, whether in this flow, and the rules its value obeys.

    `here` is JSON text: the value this one flow left, where the log shows all of it; else `begins` is what it shows.
    """

    key: str
    kind: str | None
    is_always: bool
    is_seen: bool
    rules: tuple[Rule, ...] = ()
    here: str | None = None
    begins: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedHandler:
    """A handler of a beat; `publishes` are topics of every execution, `may_publish` those of some. None: not logged.

    `is_repeatable`: production ran it with the same inputs several times, and it left the same each time.
    """

    plugin_name: str | None
    handler_name: str
    status: str
    execution_count: int
    error_class: str | None = None
    code_file_path: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    unknown_inputs: tuple[str, ...] = ()
    changes: tuple[ExpectedChange, ...] = ()
    publishes: tuple[str, ...] | None = None
    may_publish: tuple[str, ...] = ()
    is_repeatable: bool = False


@dataclass(frozen=True, slots=True)
class ExpectedBeat:
    """A beat: its topic, how it ends, and its handlers (None: any)."""

    topic: str
    status: str
    handlers: tuple[ExpectedHandler, ...] | None


@dataclass(frozen=True, slots=True)
class FurtherFlow:
    """Another flow of the same variant, which holds values at a boundary; `evidence` names its line."""

    flow_id: str
    evidence: str
    bundle: ReplayBundle
    beats: tuple[ExpectedBeat, ...]


@dataclass(frozen=True, slots=True)
class SuggestedTest:
    """A test of one flow. `title` says what it holds; `evidence` where production showed it, in plain words."""

    candidate_id: str
    kind: str
    sequence_key: str
    sequence_name: str
    title: str
    evidence: tuple[str, ...]
    status: str
    bundle: ReplayBundle
    beats: tuple[ExpectedBeat, ...]
    further: tuple[FurtherFlow, ...] = ()
