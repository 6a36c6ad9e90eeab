"""What the anomaly detectors share: what they look at, what they return, and what can be chosen.

A detector is a module anomaly_<what>.py with `detect(seen, split, options)`: frames in, findings out, nothing read or
written. Which sessions train which is decided in anomaly_roster.py, what becomes a warning in anomaly_verdict.py. A new
detector is a module and a line in anomaly_frames.py.
"""

from dataclasses import dataclass

import polars as pl

_TEXT, _COUNT, _NUMBER = pl.String(), pl.Int64(), pl.Float64()

FINDING_SCHEMA = pl.Schema(
    {
        "session_id": _TEXT,
        "flow_id": _TEXT,
        "detector": _TEXT,
        "anomaly_class": _TEXT,
        "declared_severity": _TEXT,
        "p_value": _NUMBER,
        "test_count": _COUNT,
        "expected": _TEXT,
        "observed": _TEXT,
        "sequence_name": _TEXT,
        "beat_number": _COUNT,
        "topic": _TEXT,
        "plugin_name": _TEXT,
        "handler_name": _TEXT,
        "code_file_path": _TEXT,
        "code_line_number": _COUNT,
        "detected_at": pl.Datetime("us", "UTC"),
        "log_file_path": _TEXT,
        "line_number": _COUNT,
        "occurrence_count": _COUNT,
        "training_session_count": _COUNT,
    }
)


@dataclass(frozen=True, slots=True)
class AnomalyOptions:
    """How many false alarms are accepted, and from how much knowledge on a detector speaks.

    `alert_budget` is the number of warnings per 1,000 flows that chance alone may give, all learned detectors together.
    `minimal_sessions`: below 20 sessions no share can be told from half of it or twice it.
    `noted_rate`: what chance gives in more than one session of twenty is not even noted.
    `minimal_clock_steps`: start and end are each off by up to a step of the clock; up to two steps are no difference.
    """

    alert_budget: float = 1.0
    minimal_sessions: int = 20
    noted_rate: float = 0.05
    usual_share: float = 0.2
    minimal_executions: int = 20
    minimal_repeats: int = 3
    minimal_difference_ms: float = 1.0
    minimal_clock_steps: int = 2
    minimal_ratio: float = 2.0
    burst_window_ms: int = 10_000
    largest_fold_count: int = 20


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed, a frame per kind of thing; the columns are those of anomaly_columns.COLUMNS."""

    sessions: pl.DataFrame
    flows: pl.DataFrame
    beats: pl.DataFrame
    handlers: pl.DataFrame
    deviations: pl.DataFrame
    errors: pl.DataFrame
    gaps: pl.DataFrame
    topics: pl.DataFrame
    state_keys: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Split:
    """Sessions that are judged and the sessions, never the same, that say what is usual."""

    judged: tuple[str, ...]
    training: tuple[str, ...]

    def of_judged(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of the judged sessions."""
        return frame.filter(pl.col("session_id").is_in(self.judged))

    def of_training(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of the training sessions."""
        return frame.filter(pl.col("session_id").is_in(self.training))


def as_findings(frame: pl.DataFrame, detector: str) -> pl.DataFrame:
    """Return the frame in the shape of findings; what a detector does not say is null."""
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in FINDING_SCHEMA.items()
        if name != "detector"
    ]
    return frame.select(*columns, pl.lit(detector).alias("detector")).select(FINDING_SCHEMA.names())


def no_findings() -> pl.DataFrame:
    """Return no finding."""
    return pl.DataFrame(schema=FINDING_SCHEMA)
