"""What becomes of findings: a warning, a note, or nothing; and what each detector may cost in false alarms.

Findings of declared knowledge keep the severity of what was broken. Learned findings share an alert budget: of 1,000
flows chance alone may give so many warnings, all learned detectors together. Within a session and detector the
p-values of all handlers, topics or sequences judged are corrected by Benjamini and Hochberg's procedure (1995), so that
many handlers do not make many alarms. detect_rows and calibration_rows are the doors: tables in, tables out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.model import (
    FINDING_SCHEMA,
    AnomalyOptions,
    Detector,
    Kind,
    Observed,
    Split,
    read_frame,
    read_observed,
)
from orchestration.analysis.anomalies.roster import read_roster, split_sessions

Numbers = NDArray[np.float64]

VERDICT_SCHEMA = {"severity": pl.String(), "q_value": pl.Float64(), "stated_rate": pl.Float64()}
SCHEMA = pl.Schema({**FINDING_SCHEMA, **VERDICT_SCHEMA})
CALIBRATION_SCHEMA = pl.Schema(
    {
        "detector": pl.String(), "detector_kind": pl.String(), "judged_session_count": pl.Int64(),
        "training_session_count": pl.Int64(), "stated_rate": pl.Float64(), "smallest_p_value": pl.Float64(),
    }
)  # fmt: skip
_ORDER = (
    "log_file_path", "session_id", "line_number", "detector", "anomaly_class", "topic", "handler_name",
    "sequence_name", "observed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Budget:
    """How many warnings chance alone may give in a healthy session, shared among the learned detectors."""

    warnings_per_session: float
    ranking_count: int
    tail_count: int

    def stated_rate(self, kind: Kind, training_count: int) -> float:
        """Return the share of healthy sessions in which a detector may give a warning.

        The budget is shared evenly: no detector is known to be worth more than another. Those that rank cannot say
        anything rarer than one in the number of training sessions: where that is more than their share they never warn,
        and the others get it. Declared knowledge has none: no chance is involved.
        """
        if kind == Kind.DECLARED:
            return 0.0
        even = self.warnings_per_session / (self.ranking_count + self.tail_count)
        can_rank = 1 / (training_count + 1) <= even
        return even if can_rank or kind == Kind.RANKING else self.warnings_per_session / self.tail_count


def read_budget(
    flow_count: int, session_count: int, options: AnomalyOptions, detectors: Sequence[Detector] = DETECTORS
) -> Budget:
    """Return the budget of a session; it is chosen per 1,000 flows."""
    flows_per_session = max(flow_count / session_count, 1.0) if session_count else 1.0
    kinds = [detector.kind for detector in detectors]
    return Budget(
        min(options.alert_budget * flows_per_session / 1000, 1.0), kinds.count(Kind.RANKING), kinds.count(Kind.TAIL)
    )


def read_options(settings: pa.Table) -> AnomalyOptions:
    """Return the options that rows of stg_project__anomaly_settings choose."""
    names, values = (settings.column(name).to_pylist() for name in ("setting_name", "setting_value"))
    budget = dict(zip(names, values, strict=True)).get("alert_budget")
    return AnomalyOptions() if budget is None else AnomalyOptions(alert_budget=float(str(budget)))


def detect_rows(tables: Mapping[str, pa.Table], options: AnomalyOptions | None = None) -> pa.Table:
    """Return a row per anomaly, ordered by session and line."""
    return detect_anomalies(read_observed(tables), options or AnomalyOptions()).to_arrow()


def detect_anomalies(
    seen: Observed, options: AnomalyOptions, detectors: Sequence[Detector] = DETECTORS
) -> pl.DataFrame:
    """Judge every session once, by sessions that are not itself; with few of them only by declared knowledge."""
    budget = read_budget(len(seen.flows), len(seen.sessions), options, detectors)
    splits = list(split_sessions(read_roster(seen.sessions), options))
    found = [
        judge_findings(judge(split), budget.stated_rate(detector.kind, len(split.training)), options)
        for detector in detectors
        for judge in (detector.prepare(seen, options),)
        for split in splits
        if _can_judge(detector, split, options)
    ]
    everything = pl.concat(found) if found else pl.DataFrame(schema=SCHEMA)
    return everything.select(SCHEMA.names()).cast(dict(SCHEMA)).sort(*_ORDER)  # type: ignore[arg-type]


def _can_judge(detector: Detector, split: Split, options: AnomalyOptions) -> bool:
    return detector.kind == Kind.DECLARED or len(split.training) >= options.minimal_sessions


def calibration_rows(sessions: pa.Table, flows: pa.Table, options: AnomalyOptions | None = None) -> pa.Table:
    """Return a row per detector: how many sessions it judged, by how many others, and the false alarms it may give."""
    chosen = options or AnomalyOptions()
    splits = list(split_sessions(read_roster(read_frame(sessions, "sessions")), chosen))
    budget = read_budget(flows.num_rows, sessions.num_rows, chosen)
    rows = [(detector.name, detector.kind, *_calibration(detector, splits, budget, chosen)) for detector in DETECTORS]
    return pl.DataFrame(rows, schema=CALIBRATION_SCHEMA, orient="row").to_arrow()


def _calibration(
    detector: Detector, splits: Sequence[Split], budget: Budget, options: AnomalyOptions
) -> Iterator[int | float | None]:
    able = [split for split in splits if _can_judge(detector, split, options)]
    yield sum(len(split.judged) for split in able)
    if detector.kind == Kind.DECLARED or not able:
        yield from (None, None, None)
        return
    fewest = min(len(split.training) for split in able)
    yield fewest
    yield budget.stated_rate(detector.kind, fewest)
    yield 1 / (fewest + 1) if detector.kind == Kind.RANKING else None


def judge_findings(findings: pl.DataFrame, stated_rate: float, options: AnomalyOptions) -> pl.DataFrame:
    """Return the findings worth a row, with `severity`, `q_value` and the `stated_rate` they were held against."""
    declared = findings.filter(pl.col("declared_severity").is_not_null()).with_columns(
        pl.col("declared_severity").alias("severity"),
        pl.lit(None, pl.Float64).alias("q_value"),
        pl.lit(None, pl.Float64).alias("stated_rate"),
    )
    learned = _corrected(findings.filter(pl.col("declared_severity").is_null() & pl.col("p_value").is_not_null()))
    judged = learned.filter(pl.col("q_value") <= options.noted_rate).with_columns(
        pl.when(pl.col("q_value") <= stated_rate).then(pl.lit("warning")).otherwise(pl.lit("info")).alias("severity"),
        pl.lit(stated_rate).alias("stated_rate"),
    )
    columns = [*findings.columns, *VERDICT_SCHEMA]
    return pl.concat([declared.select(columns), judged.select(columns)])


def _corrected(findings: pl.DataFrame) -> pl.DataFrame:
    """Add q-values by session and detector. `test_count` counts all that was tested, found or not."""
    parts = [
        part.with_columns(pl.Series("q_value", q_values(part["p_value"].to_numpy(), _tests(part)), pl.Float64))
        for part in findings.partition_by("session_id", "detector", maintain_order=True)
    ]
    return pl.concat(parts) if parts else findings.with_columns(pl.lit(None, pl.Float64).alias("q_value"))


def _tests(part: pl.DataFrame) -> int:
    return int(part["test_count"].to_numpy().max())


def q_values(p_values: Numbers, test_count: int) -> Numbers:
    """Return Benjamini and Hochberg's adjusted p-values, of some of `test_count` tests; the others found nothing."""
    from scipy.stats import false_discovery_control

    # Findings of one test (a session's score) share a p-value: there are never fewer tests than distinct values.
    tests, places = np.unique(p_values, return_inverse=True)
    if len(p_values) <= test_count:
        tests, places = p_values, np.arange(len(p_values))
    silent = np.ones(max(test_count - len(tests), 0))
    adjusted: Numbers = false_discovery_control(np.concatenate([tests, silent]))[places]
    return adjusted
