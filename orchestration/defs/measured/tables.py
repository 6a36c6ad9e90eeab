"""The measured tables: which tables of the build each is computed of, and by which function of `analysis`.

A new one is added here and described in dbt_project/models/judged/_measured__sources.yml; when it is computed follows
from what it reads (orchestration/defs/dbt/slices.py). The statistics are in `analysis`, writing is measuring.py's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Method:
    """A function from tables to a table of fixed columns; `selections` says what it wants of a table, if not all."""

    compute: Callable[..., "pa.Table"]
    columns: Mapping[str, Any]
    selections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """A table and the tables it is computed of, in the order of the function's arguments.

    The method is found when it is needed: to import them all takes longer than a run with nothing new.
    """

    name: str
    reads: tuple[str, ...]
    method: Callable[[], Method]


def _error_roots() -> Method:
    from orchestration.analysis.errors.error_frames import GROUP_COLUMNS, group_rows

    return Method(group_rows, GROUP_COLUMNS)


def _variant_moves() -> Method:
    from orchestration.analysis.conformance.alignment_frames import MOVE_COLUMNS, align_rows

    return Method(align_rows, MOVE_COLUMNS)


def _sequence_measures() -> Method:
    from orchestration.analysis.conformance.alignment_frames import MEASURE_COLUMNS, measure_rows

    return Method(measure_rows, MEASURE_COLUMNS)


def _beat_pairs() -> Method:
    from orchestration.analysis.conformance.temporal_profile import TEMPORAL_COLUMNS, judge_pairs

    return Method(judge_pairs, TEMPORAL_COLUMNS)


def _critical_stretches() -> Method:
    from orchestration.analysis.performance.critical_path import STRETCH_COLUMNS, find_critical_stretches

    return Method(
        find_critical_stretches, STRETCH_COLUMNS, {"int_executions__placed": "* where execution_kind = 'handler'"}
    )


def _handler_graphs() -> Method:
    from orchestration.analysis.graph.handler_graph import GRAPH_COLUMNS, measure_graph

    return Method(measure_graph, GRAPH_COLUMNS)


def _duration_statistics() -> Method:
    from orchestration.analysis.performance.durations import STATISTIC_COLUMNS, measure_durations

    return Method(measure_durations, STATISTIC_COLUMNS)


def _changes() -> Method:
    from orchestration.analysis.regressions.regression_frames import CHANGE_COLUMNS, judge_changes

    return Method(judge_changes, CHANGE_COLUMNS)


def _error_features() -> Method:
    from orchestration.analysis.errors.error_lift import LIFT_COLUMNS, lift_rows

    return Method(lift_rows, LIFT_COLUMNS)


def _error_trends() -> Method:
    from orchestration.analysis.errors.error_trend import TREND_COLUMNS, trend_rows

    return Method(trend_rows, TREND_COLUMNS)


def _test_ranks() -> Method:
    from orchestration.analysis.replay.set_cover import RANK_COLUMNS, rank_rows

    return Method(rank_rows, RANK_COLUMNS)


def _anomalies() -> Method:
    from orchestration.analysis.anomalies.model import selection
    from orchestration.analysis.anomalies.verdict import SCHEMA, detect_rows, read_options

    def detect(settings: "pa.Table", *observed: "pa.Table") -> "pa.Table":
        return detect_rows(dict(zip(_OBSERVED, observed, strict=True)), read_options(settings))

    return Method(detect, SCHEMA, {table: selection(name) for name, table in _OBSERVED.items()})


def _detectors() -> Method:
    from orchestration.analysis.anomalies.model import selection
    from orchestration.analysis.anomalies.verdict import CALIBRATION_SCHEMA, calibration_rows, read_options

    def calibrate(settings: "pa.Table", sessions: "pa.Table", flows: "pa.Table") -> "pa.Table":
        return calibration_rows(sessions, flows, read_options(settings))

    return Method(calibrate, CALIBRATION_SCHEMA, {_OBSERVED[name]: selection(name) for name in ("sessions", "flows")})


# What the anomaly detectors call what they look at.
_OBSERVED = {
    "sessions": "int_sessions__rostered",
    "flows": "int_flows__costed",
    "beats": "fct_beat_executions",
    "handlers": "fct_handler_executions",
    "deviations": "fct_flow_deviations",
    "errors": "int_errors__timed",
    "gaps": "fct_silent_gaps",
    "topics": "int_topics__timed",
    "state_keys": "fct_state_mutations",
}
_SETTINGS = "stg_project__anomaly_settings"

MEASURED_TABLES = (
    MeasuredTable(
        "error_roots",
        (
            *("int_errors__collected", "dim_source_files", "dim_code_symbols", "stg_code__handlers"),
            "stg_code__source_maps",
        ),
        _error_roots,
    ),
    MeasuredTable("variant_moves", ("int_variants__observed", "dim_beats"), _variant_moves),
    MeasuredTable("beat_pairs", ("int_beat_pairs__timed",), _beat_pairs),
    MeasuredTable("critical_stretches", ("int_executions__placed",), _critical_stretches),
    MeasuredTable("handler_graphs", ("dim_handlers", "fct_handler_edges"), _handler_graphs),
    MeasuredTable("duration_statistics", ("int_durations__collected",), _duration_statistics),
    MeasuredTable("changes", ("int_unit_levels__measured",), _changes),
    MeasuredTable("error_features", ("int_error_features__counted",), _error_features),
    MeasuredTable("error_trends", ("fct_errors", "dim_sessions"), _error_trends),
    MeasuredTable("sequence_measures", ("variant_moves", "fct_flow_variants", "dim_beats"), _sequence_measures),
    MeasuredTable("anomalies", (_SETTINGS, *_OBSERVED.values()), _anomalies),
    MeasuredTable("detectors", (_SETTINGS, _OBSERVED["sessions"], _OBSERVED["flows"]), _detectors),
    MeasuredTable("test_ranks", ("int_test_items__collected",), _test_ranks),
)
