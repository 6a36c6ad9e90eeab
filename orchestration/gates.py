"""Gates: what people ask not to be there, and the reasons for which it is.

A gate is a query over the published tables, one row per reason; to add one, add a query to `GATES`. The command line
(`run --fail-on`), `export junit` and the alerts all ask here, so that none of them fails what another lets pass.
How reasons are shown, and what ends with exit code 3, belongs to them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from orchestration.analysis.baselines.baseline_model import Baseline
from orchestration.analysis.baselines.saved_baselines import load_file
from orchestration.domain.errors import UsageError
from orchestration.domain.severity import SEVERITIES, SEVERITY_WORDS, Severity, at_least
from orchestration.flows.baselines import compare_later_sessions
from orchestration.gate_queries import ANOMALIES, BUDGETS, DEVIATIONS, DRIFT, ERRORS, EXPECTATIONS, REGRESSIONS
from orchestration.warehouse import Connection, fetch_tuples

# What an info says is worth knowing; it fails a gate only where somebody asks for that.
DEFAULT_SEVERITY: Severity = "warning"
# Long texts of logs are cut: the place named beside them has the whole.
_DETAIL_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate: `query` gives its reasons, `page` of the site tells more of them.

    `chances` counts what could give a reason; where there is none, `nothing` says what is missing.
    """

    name: str
    page: str
    query: str
    chances: str = "select count(*) from marts.dim_sessions"
    nothing: str = "no session was read"


_COMPARED = "select greatest(count(*) - 1, 0) from marts.dim_sessions"
GATES: Mapping[str, Gate] = {
    gate.name: gate
    for gate in (
        Gate("deviations", "Flows", DEVIATIONS, "select count(*) from marts.fct_flows", "no flow was seen"),
        Gate("errors", "Errors", ERRORS),
        Gate("anomalies", "Anomalies", ANOMALIES),
        Gate("expectations", "Data health", EXPECTATIONS),
        Gate("regressions", "Regressions", REGRESSIONS, _COMPARED, "there are no two sessions to compare"),
        Gate("drift", "Drift", DRIFT, "select count(*) from marts.dim_sequences", "no sequence is declared"),
        Gate("budgets", "Performance", BUDGETS, "select count(*) from reports.rpt_budgets", "no budget is set"),
    )
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a gate does not hold; a reason of the same class at the same place is the same one in the next run.

    `log_file_path` and `line_number` are one of the places that show it; `session_count` is null where the reason is
    about the whole window.
    """

    severity: Severity
    reason_class: str
    place: str
    detail: str
    occurrence_count: int | None
    session_count: int | None
    log_file_path: str | None
    line_number: int | None

    @property
    def title(self) -> str:
        """Return class and place: what stays the same from run to run."""
        return f"{self.reason_class}: {self.place}" if self.place else self.reason_class


@dataclass(frozen=True, slots=True)
class AskedGate:
    """A gate as asked for: it fails on reasons of this severity or more."""

    gate: Gate
    severity: Severity = DEFAULT_SEVERITY


@dataclass(frozen=True, slots=True)
class Evidence:
    """What gates look at: the warehouse, the folder with the results of the checks, and the logs that are judged.

    Without `log_file_paths` every log the warehouse holds is judged. With the file of a baseline, what got worse than
    in it is a regression as well.
    """

    connection: Connection
    quality: Path
    log_file_paths: Collection[str] | None = None
    baseline: Path | None = None


def parse_gates(values: Sequence[str]) -> tuple[AskedGate, ...]:
    """Return the gates that were typed, like `errors` or `deviations:critical`; raise UsageError for one unknown."""
    return tuple(dict.fromkeys(_parse_gate(value) for value in values))


def every_gate() -> tuple[AskedGate, ...]:
    """Return all gates with the severity they have when none is named."""
    return tuple(AskedGate(gate) for gate in GATES.values())


def find_reasons(asked: AskedGate, evidence: Evidence) -> list[Reason]:
    """Return why a gate does not hold, the most severe first; nothing when it holds."""
    wanted = at_least(asked.severity)
    found = [reason for reason in _all_reasons(asked.gate, evidence) if reason.severity in wanted]
    return sorted(found, key=lambda reason: SEVERITIES.index(reason.severity))


def why_unjudged(asked: AskedGate, evidence: Evidence) -> str | None:
    """Say what is missing for a gate to find anything; None when it could. A gate that cannot fail holds nothing."""
    if evidence.baseline is not None and asked.gate.query is REGRESSIONS:
        return None
    [(count,)] = fetch_tuples(evidence.connection, asked.gate.chances)
    return None if count else asked.gate.nothing


def reason_in_words(reason: Reason) -> str:
    """Return a reason as one line: how grave, what, where, how often, and a place in a log that shows it."""
    detail = f": {_shortened(reason.detail)}" if reason.detail else ""
    seen = "; ".join(_seen(reason))
    return f"{SEVERITY_WORDS[reason.severity]}: {reason.title}{detail}{f' ({seen})' if seen else ''}"


def _parse_gate(value: str) -> AskedGate:
    name, colon, severity = (part.strip() for part in value.partition(":"))
    if name not in GATES:
        raise UsageError(f"--fail-on {value}: there is no such gate; known: {', '.join(GATES)}")
    by_word = {word.casefold(): key for key, word in SEVERITY_WORDS.items()}
    known = by_word.get(severity.casefold(), severity)
    if colon and known not in SEVERITIES:
        raise UsageError(f"--fail-on {value}: there is no such severity; known: {', '.join(SEVERITIES)}")
    return AskedGate(GATES[name], cast("Severity", known) if colon else DEFAULT_SEVERITY)


def _all_reasons(gate: Gate, evidence: Evidence) -> Iterator[Reason]:
    values: dict[str, object] = {}
    if "$logs" in gate.query:
        values["logs"] = None if evidence.log_file_paths is None else sorted(evidence.log_file_paths)
    if "$results" in gate.query:
        results = sorted(str(path) for path in evidence.quality.glob("expectation_results_*.parquet"))
        if not results:
            raise UsageError(f"{evidence.quality}: no check was judged yet; `sightline run` judges them")
        values["results"] = results
    for row in fetch_tuples(evidence.connection, gate.query, values):
        reason = Reason(*row)
        yield replace(reason, detail=reason.detail or "", place=reason.place or "")
    if gate.name == "regressions" and evidence.baseline is not None:
        yield from _against_baseline(load_file(evidence.baseline), evidence)


def _against_baseline(baseline: Baseline, evidence: Evidence) -> Iterator[Reason]:
    comparison = compare_later_sessions(evidence.connection, baseline, evidence.log_file_paths)
    for time in comparison.times if comparison else ():
        # A change that a part of it explains is the same cause once more.
        if time.verdict == "slower" and time.explained_by is None:
            detail = "{} ({})".format(*time.change_words)
            words = f"slower than in baseline {baseline.name}"
            severity: Severity = "critical" if (time.change_ms_low or 0) >= (time.before_ms or 0) else "warning"
            yield Reason(severity, words, f"{time.kind} {time.name}", detail, None, len(time.now.levels), None, None)
    for rate in comparison.rates if comparison else ():
        if rate.verdict == "more":
            shift = rate.shift
            detail = f"{shift.before_bad:,} of {shift.before_cases:,}, now {shift.after_bad:,} of {shift.after_cases:,}"
            words, place = f"more often than in baseline {baseline.name}", f"{rate.name}, {rate.words}"
            yield Reason("warning", words, place, detail, shift.after_bad, shift.after_sessions, None, None)


def _seen(reason: Reason) -> Iterator[str]:
    if reason.occurrence_count is not None and reason.occurrence_count > 1:
        sessions = f" in {reason.session_count:,} sessions" if (reason.session_count or 0) > 1 else ""
        yield f"{reason.occurrence_count:,} times{sessions}"
    if reason.log_file_path:
        yield reason.log_file_path + (f", line {reason.line_number:,}" if reason.line_number else "")


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _DETAIL_LENGTH else words[:_DETAIL_LENGTH].rstrip() + "…"
