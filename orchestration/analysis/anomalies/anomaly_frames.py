"""Anomalies from rows to rows: what the dbt model int_anomalies__detected calls.

Arrow tables come in and one goes out, with a fixed schema; nothing observed is a table with no rows. Here is also the
list of detectors: the order is that of the site's table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from types import ModuleType
from typing import cast

import polars as pl
import pyarrow as pa

from orchestration.analysis.anomalies import (
    anomaly_alignment,
    anomaly_counts,
    anomaly_declared,
    anomaly_durations,
    anomaly_endings,
    anomaly_error_bursts,
    anomaly_errors,
    anomaly_gaps,
    anomaly_rates,
    anomaly_state,
    anomaly_transitions,
    anomaly_variants,
)
from orchestration.analysis.anomalies.anomaly_columns import COLUMNS, MOMENT
from orchestration.analysis.anomalies.anomaly_model import FINDING_SCHEMA, AnomalyOptions, Observed, Split
from orchestration.analysis.anomalies.anomaly_roster import read_roster, split_sessions
from orchestration.analysis.anomalies.anomaly_verdict import (
    VERDICT_SCHEMA,
    StatedRates,
    judge_findings,
    session_budget,
    share_budget,
)

Detect = Callable[[Observed, Split, AnomalyOptions], pl.DataFrame]

DECLARED_DETECTORS: tuple[ModuleType, ...] = (anomaly_declared, anomaly_endings)
# Compare a session with whole training sessions: no p-value below 1 / (sessions + 1).
RANKING_DETECTORS: tuple[ModuleType, ...] = (
    anomaly_variants,
    anomaly_alignment,
    anomaly_transitions,
    anomaly_counts,
    anomaly_errors,
    anomaly_state,
)
# Know how a tail goes on beyond what was seen.
TAIL_DETECTORS: tuple[ModuleType, ...] = (anomaly_durations, anomaly_rates, anomaly_gaps, anomaly_error_bursts)

DETECTOR_NAMES: Mapping[str, Sequence[str]] = {
    "declared": (anomaly_declared.BEHAVIOUR, anomaly_declared.FAILURE, anomaly_endings.DETECTOR),
    "ranking": tuple(module.DETECTOR for module in RANKING_DETECTORS),
    "tail": tuple(module.DETECTOR for module in TAIL_DETECTORS),
}

CALIBRATION_SCHEMA = pl.Schema(
    {
        "detector": pl.String(),
        "detector_kind": pl.String(),
        "judged_session_count": pl.Int64(),
        "training_session_count": pl.Int64(),
        "stated_rate": pl.Float64(),
        "smallest_p_value": pl.Float64(),
    }
)

SCHEMA = pl.Schema({**FINDING_SCHEMA, **VERDICT_SCHEMA})


def read_options(settings: pa.Table) -> AnomalyOptions:
    """Return the options that rows of stg_project__anomaly_settings choose."""
    names, values = (settings.column(name).to_pylist() for name in ("setting_name", "setting_value"))
    budget = dict(zip(names, values, strict=True)).get("alert_budget")
    return AnomalyOptions() if budget is None else AnomalyOptions(alert_budget=float(str(budget)))


def read_observed(tables: Mapping[str, pa.Table]) -> Observed:
    """Return what was observed; `tables` has one table per name in COLUMNS, with at least those columns."""
    return Observed(**{field.name: _read(tables[field.name], COLUMNS[field.name]) for field in fields(Observed)})


def detect_rows(tables: Mapping[str, pa.Table], options: AnomalyOptions | None = None) -> pa.Table:
    """Return a row per anomaly, ordered by session and line."""
    return detect_anomalies(read_observed(tables), options or AnomalyOptions()).to_arrow()


def detect_anomalies(seen: Observed, options: AnomalyOptions) -> pl.DataFrame:
    """Judge every session once, by sessions that are not itself."""
    found = [
        judged
        for split in split_sessions(read_roster(seen.sessions), options)
        for judged in _judged(seen, split, options)
    ]
    everything = pl.concat(found) if found else pl.DataFrame(schema=SCHEMA)
    order = ("log_file_path", "session_id", "line_number", "detector", "anomaly_class", "topic", "handler_name")
    return everything.select(SCHEMA.names()).cast(dict(SCHEMA)).sort(*order, "sequence_name", "observed")  # type: ignore[arg-type]


def _judged(seen: Observed, split: Split, options: AnomalyOptions) -> Iterator[pl.DataFrame]:
    """Run the detectors; on the first days, with few training sessions, only those that need no training."""
    for module in DECLARED_DETECTORS:
        yield judge_findings(_detect(module)(seen, split, options), 0.0, options)
    if len(split.training) >= options.minimal_sessions:
        rates = stated_rates(seen.flows, len(seen.sessions), len(split.training), options)
        for modules, rate in ((RANKING_DETECTORS, rates.ranking), (TAIL_DETECTORS, rates.tail)):
            for module in modules:
                yield judge_findings(_detect(module)(seen, split, options), rate, options)


def stated_rates(flows: pl.DataFrame, session_count: int, training_count: int, options: AnomalyOptions) -> StatedRates:
    """Share the alert budget among the learned detectors."""
    counts = (len(RANKING_DETECTORS), len(TAIL_DETECTORS))
    return share_budget(session_budget(len(flows), session_count, options), *counts, training_count)


def calibration_rows(sessions: pa.Table, flows: pa.Table, options: AnomalyOptions | None = None) -> pa.Table:
    """Return a row per detector: how many sessions it judged, by how many others, and the false alarms it may give."""
    chosen = options or AnomalyOptions()
    roster = read_roster(_read(sessions, COLUMNS["sessions"]))
    splits = list(split_sessions(roster, chosen))
    rows = [
        (name, kind, *_calibration(splits, kind, _read(flows, COLUMNS["flows"]), len(roster.ordered), chosen))
        for kind, names in DETECTOR_NAMES.items()
        for name in names
    ]
    return pl.DataFrame(rows, schema=CALIBRATION_SCHEMA, orient="row").to_arrow()


def _calibration(
    splits: Sequence[Split], kind: str, flows: pl.DataFrame, session_count: int, options: AnomalyOptions
) -> tuple[int, int | None, float | None, float | None]:
    if kind == "declared":
        return session_count, None, None, None
    able = [split for split in splits if len(split.training) >= options.minimal_sessions]
    if not able:
        return 0, None, None, None
    fewest = min(len(split.training) for split in able)
    rates = stated_rates(flows, session_count, fewest, options)
    judged = sum(len(split.judged) for split in able)
    return judged, fewest, *((rates.ranking, 1 / (fewest + 1)) if kind == "ranking" else (rates.tail, None))


def _detect(module: ModuleType) -> Detect:
    return cast(Detect, module.detect)


def _read(table: pa.Table, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    frame = cast(pl.DataFrame, pl.from_arrow(table.select(list(columns))))
    return frame.with_columns(
        pl.col(name).dt.convert_time_zone("UTC")
        if kind == MOMENT and getattr(frame[name].dtype, "time_zone", None)
        else pl.col(name)
        for name, kind in columns.items()
    ).cast(dict(columns))  # type: ignore[arg-type]
