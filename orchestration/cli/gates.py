"""Gates: what a run may be asked to fail on, after everything is built and published.

A gate reads the marts and says what does not hold, a line each; a new one is a function in `GATES`. The site is
published either way, because it is where the reasons are read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.cli.summary import printable
from orchestration.domain.errors import GateError, UsageError

# A change that another change explains is the same cause once more.
NEW_REGRESSIONS = """
select unit_kind, unit_name, change_ms, change_ms_low, change_ms_high, good_build, bad_build
from marts.fct_regressions
where direction = 'regression' and lifecycle = 'new' and cause_regression_id is null
order by change_per_session_ms desc, regression_id
"""

# Infos (declared, and never used in these sessions) say more about the window than about the declaration.
OPEN_DRIFT = """
select drift_class, coalesce(handler_name, topic, sequence_name) as subject, declared, found
from marts.fct_declaration_drift
where severity <> 'info' and not is_accepted
order by drift_class, subject, drift_id
"""


def require_known_gates(names: Sequence[str]) -> None:
    """Raise UsageError for a gate that does not exist, before anything is run."""
    unknown = [name for name in names if name not in GATES]
    if unknown:
        raise UsageError(f"--fail-on {unknown[0]}: there is no such gate; known: {', '.join(sorted(GATES))}")


def hold_gates(names: Sequence[str], warehouse: Path) -> None:
    """Raise GateError with the first reasons of the gates that do not hold."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = [(GATES[name].page, list(GATES[name].reasons(connection))) for name in dict.fromkeys(names)]
    broken = [_first_reasons(page, lines) for page, lines in found if lines]
    if broken:
        raise GateError(f"the gate does not hold: {'; '.join(broken)}")


def _first_reasons(page: str, lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - 3:,} more on the page {page}" if len(lines) > 3 else ""
    return "; ".join(lines[:3]) + more


def new_regressions(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield what got slower in the newest build or sessions."""
    for kind, name, change, low, high, good, bad in connection.execute(NEW_REGRESSIONS).fetchall():
        builds = f" from {printable(good)} to {printable(bad)}" if good and bad and good != bad else ""
        yield f"{kind} {printable(name)} is {change:,.1f} ms slower{builds} ({low:,.1f} to {high:,.1f} ms)"


def open_drift(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield what is not as declared and not accepted."""
    for drift_class, subject, declared, found in connection.execute(OPEN_DRIFT).fetchall():
        words = drift_class.replace("_", " ")
        yield f"{printable(subject)}: {words} (declared: {printable(declared)}; found: {printable(found)})"


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate: `reasons` yields what does not hold; `page` of the site says why."""

    reasons: Callable[[duckdb.DuckDBPyConnection], Iterator[str]]
    page: str


GATES: Mapping[str, Gate] = {
    "drift": Gate(open_drift, "Drift"),
    "regressions": Gate(new_regressions, "Regressions"),
}
