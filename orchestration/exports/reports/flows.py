"""The flow report: which flows follow their declared sequence, and every place where some do not.

Numbers are those of reports.rpt_sequence_conformance, rpt_flow_validation and rpt_deviations.
"""

from orchestration.domain.severity import SEVERITY_WORDS
from orchestration.exports.reports.report import (
    Report,
    facts,
    heading,
    load_window,
    place,
    read_rows,
    row_table,
    section,
)
from orchestration.warehouse import Connection, Row

_SEQUENCES = """
select s.sequence_key as "sequenceId", c.sequence_name as sequence, c.plugin_name as plugin,
       c.is_declared as declared, c.flow_count as flows, c.conformant_flow_count as "conformingFlows",
       c.conformance_pct as "conformancePct", s.declaration_file_path as "declarationFile", c.sequence_id
from reports.rpt_sequence_conformance c left join marts.dim_sequences s using (sequence_id)
order by c.conformance_pct nulls last, c.flow_count desc, c.sequence_name, c.sequence_id
"""
_BEATS = """
select sequence_id, beat_number as beat, topic as event, handler_name as handler, beat_kind as kind
from marts.dim_beats where sequence_id is not null order by sequence_id, beat_position
"""
_DISCREPANCIES = """
select deviation_class as class, severity, sequence_name as sequence, beat_number as beat, topic as event,
       handler_name as handler, expected, observed as actual, occurrence_count as occurrences,
       deviating_flow_count as flows, session_count as sessions, is_consequence as "isSideEffect",
       is_accepted as "isAccepted", accepted_reason as "acceptedReason", code_file_path as "sourceFile",
       code_line_number as "sourceLine", s.log_file_path as "logFile", example_line_number as "logLine",
       first_seen_at as "firstSeen", last_seen_at as "lastSeen"
from reports.rpt_deviations d left join marts.dim_sessions s on d.example_session_id = s.session_id
order by case severity when 'critical' then 1 when 'warning' then 2 else 3 end, is_accepted, is_consequence,
         occurrences desc, class, sequence, beat, event, deviation_group_id
"""
_STATES = "select validation_state, flow_count from reports.rpt_flow_validation order by validation_state"
# Where a topic goes, and where it should; everything else departs from the order of beats.
_ROUTING = frozenset({"misrouted_topic", "unrouted_topic", "unknown_topic", "blocked_emission"})
_SUBSCRIPTION = frozenset({"no_subscriber", "shared_topic", "no_handler", "wrong_handler"})

_SEQUENCE_COLUMNS = {
    "Sequence": "sequence", "Plugin": "plugin", "Flows": "flows", "Conforming": "conformingFlows",
    "Conforming (%)": "conformancePct", "Declared order": "order",
}  # fmt: skip
_DISCREPANCY_COLUMNS = {
    "Severity": "verdict", "Type": "type", "Class": "class", "Sequence": "sequence", "Beat": "beat",
    "Expected": "expected", "Actual": "actual", "Times": "occurrences", "Sessions": "sessions", "Code": "code",
    "Log line": "line",
}  # fmt: skip


def build_report(connection: Connection) -> Report:
    """Read the report: sequences with their declared beats, the least conforming first, and the discrepancies."""
    beats: dict[str, list[Row]] = {}
    for row in read_rows(connection, _BEATS):
        beats.setdefault(row.pop("sequence_id"), []).append(row)
    sequences = [row | {"beats": beats.get(row.pop("sequence_id"), [])} for row in read_rows(connection, _SEQUENCES)]
    discrepancies = [_discrepancy(row) for row in read_rows(connection, _DISCREPANCIES)]
    states = {row["validation_state"]: row["flow_count"] for row in read_rows(connection, _STATES)}
    return {
        "sequences": sequences,
        "discrepancies": discrepancies,
        "summary": {
            "totalSequences": len(sequences),
            "totalFlows": sum(states.values()),
            "validatedFlows": states.get("validated", 0),
            "conformingFlows": sum(one["conformingFlows"] for one in sequences),
            "flowsByState": states,
            "totalDiscrepancies": len(discrepancies),
        },
        "window": load_window(connection),
    }


def _discrepancy(row: Row) -> Row:
    kind = "routing" if row["class"] in _ROUTING else "subscription" if row["class"] in _SUBSCRIPTION else "behavioral"
    return {"type": kind} | row | {"severity": SEVERITY_WORDS[row["severity"]].lower()}


def write_markdown(report: Report) -> str:
    """Return the report for people: the summary, a row per sequence, a row per discrepancy."""
    summary = report["summary"]
    words = {
        "Sequences": summary["totalSequences"],
        "Flows": summary["totalFlows"],
        "Flows compared with their declaration": summary["validatedFlows"],
        "Conforming flows": summary["conformingFlows"],
        "Discrepancies": summary["totalDiscrepancies"],
    }
    ordered = [one | {"order": " > ".join(map(_beat_words, one["beats"]))} for one in report["sequences"]]
    sequences = row_table(ordered, _SEQUENCE_COLUMNS, "No sequence is declared and none was seen.")
    rows = [
        one
        | {
            "code": place(one["sourceFile"], one["sourceLine"]),
            "line": place(one["logFile"], one["logLine"]),
            "verdict": "accepted" if one["isAccepted"] else "side effect" if one["isSideEffect"] else one["severity"],
        }
        for one in report["discrepancies"]
    ]
    discrepancies = row_table(rows, _DISCREPANCY_COLUMNS, "Every flow followed its declared sequence.")
    return (
        heading("Flows compared with their declared sequences", report["window"])
        + section("Summary", facts(words))
        + section("Sequences", sequences)
        + section("Discrepancies", discrepancies)
    )


def _beat_words(beat: Row) -> str:
    return str(beat["handler"] or beat["event"] or beat["beat"])
