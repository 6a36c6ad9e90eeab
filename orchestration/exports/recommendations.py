"""Recommendations as files for other tools: SARIF 2.1.0 for code scanning, JSON for anything; JUnit is in junit.py.

Rows in, bytes out; the same rows give the same bytes. Texts come from logs and code and are escaped for each format.
Where rows come from and files go belongs to orchestration/cli/exporting.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import quote

from orchestration.exports.json_bytes import json_bytes

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"critical": "error", "warning": "warning", "info": "note"}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A recommendation as the warehouse ranks it; places and lines are null where there is none."""

    recommendation_id: str
    recommendation_number: int
    fix_class: str
    symptom_kind: str
    symptom_class: str
    severity: str
    title: str
    fix: str
    proof: str
    expected: str | None
    observed: str | None
    causal_path: str
    plugin_name: str | None
    handler_name: str | None
    sequence_name: str | None
    beat_number: int | None
    topic: str | None
    holds_structurally: bool | None
    holds_statistically: bool | None
    q_value: float | None
    holds_in_time: bool | None
    code_file_path: str | None
    code_line_number: int | None
    session_count: int | None
    occurrence_count: int | None
    gain_seconds: float
    confidence: float
    effort_hours: float
    score: float
    outcome: str
    fix_outcome: str | None
    cause_change: str | None
    opportunity_kind: str | None
    before_opportunity_count: int | None
    before_occurrence_count: int | None
    after_opportunity_count: int | None
    after_occurrence_count: int | None
    fix_p_value: float | None
    log_file_path: str | None
    line_number: int | None


def write_findings(rows: Sequence[Recommendation]) -> bytes:
    """Return the columns of the warehouse as JSON, with what a score is made of."""
    formula = "gain_seconds x confidence / effort_hours"
    return json_bytes({"score": formula, "findings": [asdict(row) for row in rows]})


def write_sarif(rows: Sequence[Recommendation], version: str) -> bytes:
    """Return SARIF 2.1.0: a rule per kind of fix, a result per recommendation, its id as the fingerprint.

    What has no place in the code is placed in the log line that shows it; what has neither has no location.
    """
    rules = list(dict.fromkeys(row.fix_class for row in rows))
    driver = {
        "name": "Sightline",
        "version": version,
        "rules": [{"id": name, "name": _pascal(name), "shortDescription": {"text": _words(name)}} for name in rules],
    }
    run = {
        "tool": {"driver": driver},
        # Offsets and lengths count code points; SARIF asks for one of the two to be named.
        "columnKind": "unicodeCodePoints",
        "results": [_result(row, rules.index(row.fix_class)) for row in rows],
    }
    return json_bytes({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(row: Recommendation, rule_index: int) -> dict[str, object]:
    text = f"{row.title}. {row.fix}"
    if row.observed:
        text += f" Observed: {row.observed[:500]}"
    location = _location(row.code_file_path, row.code_line_number) or _location(row.log_file_path, row.line_number)
    result: dict[str, object] = {
        "ruleId": row.fix_class,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": _LEVELS.get(row.severity, "note"),
        "message": {"text": text},
        "locations": [location] if location else [],
        "partialFingerprints": {"recommendationId/v1": row.recommendation_id},
        "rank": round(min(100.0, 100 * row.confidence), 2),
        "properties": {
            "score": row.score, "gainSeconds": row.gain_seconds, "effortHours": row.effort_hours,
            "confidence": row.confidence, "causalPath": row.causal_path, "proof": row.proof, "outcome": row.outcome,
            "fixOutcome": row.fix_outcome, "causeChange": row.cause_change,
        },
    }  # fmt: skip
    evidence = _location(row.log_file_path, row.line_number)
    if evidence and evidence != location:
        result["relatedLocations"] = [evidence | {"message": {"text": "the log line that shows it"}}]
    return result


def _location(path: str | None, line: int | None) -> dict[str, object] | None:
    if not path:
        return None
    place: dict[str, object] = {"artifactLocation": {"uri": quote(path.encode("utf-8", "replace"))}}
    if line:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
