"""`sightline what-if`: what a sequence would take without a beat, a handler, or the handlers of a kind.

Read from reports.rpt_sequence_what_ifs, which says how it is predicted; here only what was asked for, and its words.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.cli.exporting.places import built_home, open_built
from orchestration.cli.summary import printable
from orchestration.domain.amounts import counted
from orchestration.domain.errors import UsageError
from orchestration.settings import Settings
from orchestration.warehouse import Connection, fetch_rows, fetch_tuples

_SEQUENCES = "select sequence_id, sequence_name, sequence_key from marts.dim_sequences order by sequence_name"
_ROWS = """
select what_if_kind, what_if_key, beat_number, what_if_name, flow_count, p50_ms, waited_p50_ms, declared_wait_p50_ms,
       predicted_p50_ms, absent_flow_count, absent_session_count, absent_p50_ms, absent_predicted_p50_ms,
       prediction_error_pct
from reports.rpt_sequence_what_ifs where sequence_id = ?
order by what_if_kind, beat_number, what_if_name, what_if_key
"""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was typed: one of a beat's number, a handler's name, a kind; none of them means everything there is."""

    beat: int | None = None
    handler: str | None = None
    kind: str | None = None

    @property
    def asked(self) -> tuple[str, str] | None:
        """Return the kind of thing and what it is called."""
        found = [(kind, str(value)) for kind, value in self._values() if value is not None]
        if len(found) > 1:
            raise UsageError("give one of --without-beat, --without-handler and --without-kind")
        return found[0] if found else None

    def _values(self) -> tuple[tuple[str, int | str | None], ...]:
        return ("beat", self.beat), ("handler", self.handler), ("kind", self.kind)


def tell_what_if(settings: Settings, sequence: str, left_out: LeftOut) -> Iterator[str]:
    """Yield a line per thing left out; raise UsageError for a sequence or thing that is not there."""
    asked = left_out.asked
    with open_built(built_home(settings)) as connection:
        sequence_id, name = _find_sequence(connection, sequence)
        rows = fetch_rows(connection, _ROWS, [sequence_id])
    if not rows:
        raise UsageError(f"{sequence}: no completed flow of this sequence has a duration; nothing can be left out")
    for row in rows if asked is None else _chosen(rows, *asked):
        yield what_if_words(name, row)


def what_if_words(sequence: str, row: dict[str, Any]) -> str:
    """Say what the sequence would take and how far that is off, or why there is no figure, each with its n."""
    name = printable(row["what_if_name"] or "?")
    what = {"kind": f"the handlers of kind {name}", "handler": f"handler {name}"}.get(row["what_if_kind"], name)
    wait = row["declared_wait_p50_ms"]
    declared = f", {_ms(wait)} of that as declared" if wait else ""
    measured = (
        f"flows take {_ms(row['p50_ms'])} and wait {_ms(row['waited_p50_ms'])} for it{declared} "
        f"(medians, n {row['flow_count']:,})"
    )
    start = f"{printable(sequence)} without {what}"
    if row["predicted_p50_ms"] is None:
        return f"{start}: no figure, because no flow ran without it and with all else the same; {measured}"
    error = row["prediction_error_pct"]
    checked = (
        f"{counted(row['absent_flow_count'], 'flow')} in {counted(row['absent_session_count'], 'session')} that ran "
        f"without it: predicted {_ms(row['absent_predicted_p50_ms'])}, observed {_ms(row['absent_p50_ms'])}"
    )
    off = "" if error is None else f", off by {error:+.0f}%"
    return f"{start}: {_ms(row['predicted_p50_ms'])}; {measured}. Checked on {checked}{off}"


def _ms(value: float) -> str:
    return f"{value:,.2f} ms" if value < 10 else f"{value:,.1f} ms"


def _find_sequence(connection: Connection, text: str) -> tuple[str, str]:
    known = fetch_tuples(connection, _SEQUENCES)
    found = [(key, name) for key, name, declared_key in known if text in (key, name, declared_key)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{text}: {len(found)} sequences are called so; give its key")
    names = [str(name) for _, name, _ in known]
    close = difflib.get_close_matches(text, names, n=3) or names[:8]
    raise UsageError(f"{text}: no such sequence is declared; there are {', '.join(map(printable, close)) or 'none'}")


def _chosen(rows: list[dict[str, Any]], kind: str, value: str) -> list[dict[str, Any]]:
    of_kind = [row for row in rows if row["what_if_kind"] == kind]
    column = {"beat": "beat_number", "handler": "what_if_name", "kind": "what_if_key"}[kind]
    chosen = [row for row in of_kind if str(row[column]) == value]
    if not chosen:
        known = ", ".join(dict.fromkeys(printable(str(row[column])) for row in of_kind)) or "none"
        raise UsageError(f"--without-{kind} {value}: no completed flow of this sequence ran it; there are {known}")
    return chosen
