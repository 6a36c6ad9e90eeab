"""The rows a trace is made of, as the marts and the lake hold them, and how values are taken out of them.

Which rows these are is flows/traces.py's, what becomes of them trace_placement.py's and trace_start.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestration.analysis.traces.trace_model import Fact

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
