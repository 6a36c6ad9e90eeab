"""`sightline run --fail-on`: ends with exit code 3, and a line per reason, when a gate does not hold.

The site is published either way, because it is where the reasons are read. What a gate looks at is said in
orchestration/gates.py.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from orchestration.analysis.baselines.saved_baselines import saved_place_of
from orchestration.cli.exporting.places import open_built
from orchestration.cli.inputs import require_logs
from orchestration.cli.summary import printable
from orchestration.defs.home import Home
from orchestration.domain.amounts import counted, more
from orchestration.domain.errors import GateError
from orchestration.gates import AskedGate, Evidence, find_reasons, reason_in_words, why_unjudged
from orchestration.settings import Settings
from orchestration.warehouse import Connection, fetch_tuples

# A log of CI is read from its end; the page has all.
LINES_AT_MOST = 50


def hold_gates(asked: Sequence[AskedGate], settings: Settings) -> None:
    """Raise GateError with a line per reason for which the gates do not hold; tell of gates that cannot fail."""
    home = Home(settings.home)
    with open_built(home) as connection:
        evidence = Evidence(connection, home.quality, judged_logs(connection, settings), chosen_baseline(settings))
        lines = [line for gate in asked for line in _lines(gate, evidence)]
        idle = {gate.gate.name: words for gate in asked if (words := why_unjudged(gate, evidence))}
    for name, words in idle.items():
        typer.echo(f"  WARNING: the gate {name} had nothing to judge: {words}")
    if lines:
        raise GateError("\n".join(lines))


def chosen_baseline(settings: Settings) -> Path | None:
    """Return the file of the baseline the settings name, if they name one; raise UsageError when it is not saved."""
    against = settings.baselines.against
    return saved_place_of(settings.home, against) if against else None


def judged_logs(connection: Connection, settings: Settings) -> frozenset[str]:
    """Return the logs this run was given, by the names the tables have for them.

    A home may hold sessions of weeks: what was found in them and is mended cannot fail every run from then on.
    """
    given = frozenset(log.log_file_path for log in require_logs(settings).logs)
    copies = fetch_tuples(
        connection,
        "select log_file_path, duplicate_of_path from staging.stg_logs__log_files where duplicate_of_path is not null",
    )
    return given | {original for copy, original in copies if copy in given}


def _lines(asked: AskedGate, evidence: Evidence) -> Iterator[str]:
    reasons = find_reasons(asked, evidence)
    if not reasons:
        return
    yield f"the gate {asked.gate.name} does not hold: {counted(len(reasons), 'reason')} (page {asked.gate.page})"
    for reason in reasons[:LINES_AT_MOST]:
        yield f"  {printable(reason_in_words(reason))}"
    if rest := more(len(reasons), LINES_AT_MOST):
        yield f"  {rest} on the page {asked.gate.page}"
