"""The columns the anomaly detectors read: what int_anomalies__detected has to bring.

A table per kind of thing that is observed, by the names of anomaly_model.Observed.
"""

from collections.abc import Mapping

import polars as pl

TEXT, COUNT, NUMBER, FLAG = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
MOMENT = pl.Datetime("us", "UTC")

Columns = Mapping[str, pl.DataType]

_PLACE: Columns = {"session_id": TEXT, "log_file_path": TEXT, "line_number": COUNT}
_SUBJECT: Columns = {"flow_id": TEXT, "sequence_name": TEXT, "topic": TEXT, "handler_name": TEXT}
_CODE: Columns = {"code_file_path": TEXT, "code_line_number": COUNT}

COLUMNS: Mapping[str, Columns] = {
    "sessions": {
        "session_id": TEXT,
        "log_file_path": TEXT,
        "started_at": MOMENT,
        "is_training": FLAG,
        "is_incident": FLAG,
    },
    "flows": {
        **_PLACE,
        "flow_id": TEXT,
        "sequence_name": TEXT,
        "status": TEXT,
        "variant_id": TEXT,
        "queued_at": MOMENT,
        "started_at": MOMENT,
        "beat_count": COUNT,
        "alignment_cost": COUNT,
    },
    "beats": {
        **_PLACE,
        "flow_id": TEXT,
        "sequence_name": TEXT,
        "topic": TEXT,
        "beat_number": COUNT,
        "execution_number": COUNT,
        "started_at": MOMENT,
    },
    "handlers": {
        **_PLACE,
        **_SUBJECT,
        "plugin_name": TEXT,
        "beat_number": COUNT,
        "duration_ms": NUMBER,
        "duration_resolution_ms": NUMBER,
        "end_evidence": TEXT,
        "started_at": MOMENT,
    },
    "deviations": {
        **_PLACE,
        **_SUBJECT,
        **_CODE,
        "deviation_class": TEXT,
        "severity": TEXT,
        "beat_number": COUNT,
        "expected": TEXT,
        "observed": TEXT,
        "occurrence_count": COUNT,
        "is_consequence": FLAG,
        "is_accepted": FLAG,
        "detected_at": MOMENT,
    },
    "errors": {
        **_PLACE,
        **_SUBJECT,
        **_CODE,
        "error_group": TEXT,
        "message": TEXT,
        "plugin_name": TEXT,
        "beat_number": COUNT,
        "detected_at": MOMENT,
    },
    "gaps": {
        **_PLACE,
        "flow_id": TEXT,
        "gap_class": TEXT,
        "duration_ms": NUMBER,
        "started_at": MOMENT,
    },
    "topics": {**_PLACE, "topic": TEXT, "emitted_at": MOMENT},
    "state_keys": {**_PLACE, **_SUBJECT, "change_kind": TEXT, "state_key": TEXT, "emitted_at": MOMENT},
}

# Columns the models call otherwise.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "deviations": {"detected_at": "emitted_at"},
    "state_keys": {"emitted_at": "mutated_at", "change_kind": "mutation_kind"},
}


def selection(name: str) -> str:
    """Return what to select from the model a table comes from, as SQL."""
    names = _NAMES.get(name, {})
    return ", ".join(f"{names[column]} as {column}" if column in names else column for column in COLUMNS[name])
