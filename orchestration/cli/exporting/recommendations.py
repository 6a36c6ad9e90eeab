"""`sightline export sarif`, `junit` and `findings`: the recommendations of the warehouse as one file.

How each format is written belongs to orchestration/exports/recommendations.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

import duckdb

from orchestration.cli.exporting.places import built_home, open_built, write_export
from orchestration.domain.errors import UsageError
from orchestration.exports.recommendations import Recommendation, write_findings, write_junit, write_sarif
from orchestration.settings import Settings

_SEVERITIES = ("critical", "warning", "info")
_ROWS = "select {columns} from reports.rpt_recommendations order by recommendation_number"
_WRITERS: Mapping[str, tuple[str, Callable[[Sequence[Recommendation]], bytes]]] = {
    "sarif": ("recommendations.sarif", lambda rows: write_sarif(rows, version("sightline"))),
    "junit": ("recommendations.junit.xml", write_junit),
    "findings": ("recommendations.json", write_findings),
}


@dataclass(frozen=True, slots=True)
class RecommendationChoice:
    """What was typed: the least severity, and whether what the newest build no longer shows is written too."""

    severity: str = "info"
    is_gone_included: bool = False


def export_recommendations(settings: Settings, kind: str, choice: RecommendationChoice, out: Path | None) -> None:
    """Write the recommendations in the format `kind`; raise UsageError for a severity that does not exist."""
    if choice.severity not in _SEVERITIES:
        raise UsageError(f"--severity {choice.severity}: give one of {', '.join(_SEVERITIES)}")
    name, write = _WRITERS[kind]
    home = built_home(settings)
    with open_built(home) as connection:
        rows = load_recommendations(connection, choice)
    write_export(write(rows), home.exports / name, out)


def load_recommendations(
    connection: duckdb.DuckDBPyConnection, choice: RecommendationChoice = RecommendationChoice()
) -> list[Recommendation]:
    """Read the recommendations, the first in the ranking first."""
    columns = ", ".join(field.name for field in fields(Recommendation))
    rows = [Recommendation(*row) for row in connection.execute(_ROWS.format(columns=columns)).fetchall()]
    wanted = _SEVERITIES[: _SEVERITIES.index(choice.severity) + 1]
    return [row for row in rows if row.severity in wanted and (choice.is_gone_included or row.outcome == "open")]
