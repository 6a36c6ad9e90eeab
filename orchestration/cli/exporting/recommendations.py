"""`sightline export sarif`, `junit` and `findings`: the recommendations of the warehouse as one file.

`junit` holds what the gates find as well. How each format is written belongs to orchestration/exports.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import cast

from orchestration.cli.exporting.places import built_home, open_built, write_export
from orchestration.cli.gates import chosen_baseline, judged_logs
from orchestration.domain.errors import UsageError
from orchestration.domain.severity import SEVERITIES, Severity, at_least
from orchestration.exports.junit import write_junit
from orchestration.exports.recommendations import Recommendation, write_findings, write_sarif
from orchestration.gates import AskedGate, Evidence, every_gate, find_reasons, why_unjudged
from orchestration.settings import Settings
from orchestration.warehouse import Connection, fetch_tuples

_ROWS = "select {columns} from reports.rpt_recommendations order by recommendation_number"
_WRITERS: Mapping[str, tuple[str, Callable[[Sequence[Recommendation]], bytes]]] = {
    "sarif": ("recommendations.sarif", lambda rows: write_sarif(rows, version("sightline"))),
    "findings": ("recommendations.json", write_findings),
}


@dataclass(frozen=True, slots=True)
class RecommendationChoice:
    """What was typed: the least severity, and whether what the newest build no longer shows is written too."""

    severity: Severity = "info"
    is_gone_included: bool = False


def choose_recommendations(severity: str, *, is_gone_included: bool) -> RecommendationChoice:
    """Return the choice that was typed; raise UsageError for a severity that does not exist."""
    if severity not in SEVERITIES:
        raise UsageError(f"--severity {severity}: give one of {', '.join(SEVERITIES)}")
    return RecommendationChoice(cast("Severity", severity), is_gone_included)


def export_recommendations(settings: Settings, kind: str, choice: RecommendationChoice, out: Path | None) -> None:
    """Write the recommendations in the format `kind`."""
    name, write = _WRITERS[kind]
    home = built_home(settings)
    with open_built(home) as connection:
        rows = load_recommendations(connection, choice)
    write_export(write(rows), home.exports / name, out)


def export_junit(
    settings: Settings, choice: RecommendationChoice, asked: Sequence[AskedGate], out: Path | None
) -> None:
    """Write what the gates find as failures and the recommendations as advice; without gates named, all gates."""
    home = built_home(settings)
    with open_built(home) as connection:
        rows = load_recommendations(connection, choice)
        logs = judged_logs(connection, settings) if settings.inputs.logs else None
        evidence = Evidence(connection, home.quality, logs, chosen_baseline(settings))
        found = {gate: find_reasons(gate, evidence) for gate in asked or every_gate()}
        idle = {gate.gate.name: words for gate in found if (words := why_unjudged(gate, evidence))}
    write_export(write_junit(rows, found, idle), home.exports / "recommendations.junit.xml", out)


def load_recommendations(
    connection: Connection, choice: RecommendationChoice = RecommendationChoice()
) -> list[Recommendation]:
    """Read the recommendations, the first in the ranking first."""
    columns = ", ".join(field.name for field in fields(Recommendation))
    rows = [Recommendation(*row) for row in fetch_tuples(connection, _ROWS.format(columns=columns))]
    wanted = at_least(choice.severity)
    return [row for row in rows if row.severity in wanted and (choice.is_gone_included or row.outcome == "open")]
