"""Gates: what a run may be asked to fail on, after everything is built and published.

A gate reads the marts and says what does not hold, a line each; a new one is a function in `GATES`. The site is
published either way, because it is where the reasons are read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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


def require_known_gates(names: Sequence[str]) -> None:
    """Raise UsageError for a gate that does not exist, before anything is run."""
    unknown = [name for name in names if name not in GATES]
    if unknown:
        raise UsageError(f"--fail-on {unknown[0]}: there is no such gate; known: {', '.join(sorted(GATES))}")


def hold_gates(names: Sequence[str], warehouse: Path) -> None:
    """Raise GateError with the first reasons when a gate does not hold."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        broken = [line for name in dict.fromkeys(names) for line in GATES[name](connection)]
    if broken:
        more = f"; and {len(broken) - 3:,} more on the page Regressions" if len(broken) > 3 else ""
        raise GateError(f"the gate does not hold: {'; '.join(broken[:3])}{more}")


def new_regressions(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield what got slower in the newest build or sessions."""
    for kind, name, change, low, high, good, bad in connection.execute(NEW_REGRESSIONS).fetchall():
        builds = f" from {printable(good)} to {printable(bad)}" if good and bad and good != bad else ""
        yield f"{kind} {printable(name)} is {change:,.1f} ms slower{builds} ({low:,.1f} to {high:,.1f} ms)"


GATES: Mapping[str, Callable[[duckdb.DuckDBPyConnection], Iterator[str]]] = {"regressions": new_regressions}
