"""What the anomaly detectors share: what they look at, what they return, and what can be chosen.

A detector is a row of detectors.py: a statistic, a function of what was observed and of a split, and the words for what
it finds. The statistics are in declared.py, ranking.py, tails.py and durations.py: frames in, frames out, nothing read
or written. Which sessions train which is decided in roster.py, what becomes a warning in verdict.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from string import Formatter
from typing import cast

import polars as pl
import pyarrow as pa

TEXT, COUNT, NUMBER, FLAG = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
MOMENT = pl.Datetime("us", "UTC")

Columns = Mapping[str, pl.DataType]

_PLACE: Columns = {"session_id": TEXT, "log_file_path": TEXT, "line_number": COUNT}
_SUBJECT: Columns = {"flow_id": TEXT, "sequence_name": TEXT, "topic": TEXT, "handler_name": TEXT}
_CODE: Columns = {"code_file_path": TEXT, "code_line_number": COUNT}

# A table per kind of thing that is observed, by the names of Observed.
COLUMNS: Mapping[str, Columns] = {
    "sessions": {
        "session_id": TEXT, "log_file_path": TEXT, "started_at": MOMENT, "is_training": FLAG, "is_incident": FLAG,
    },
    "flows": {
        **_PLACE, "flow_id": TEXT, "sequence_name": TEXT, "status": TEXT, "variant_id": TEXT, "queued_at": MOMENT,
        "started_at": MOMENT, "beat_count": COUNT, "alignment_cost": COUNT,
    },
    "beats": {
        **_PLACE, "flow_id": TEXT, "sequence_name": TEXT, "topic": TEXT, "beat_number": COUNT,
        "execution_number": COUNT, "started_at": MOMENT,
    },
    "handlers": {
        **_PLACE, **_SUBJECT, "plugin_name": TEXT, "beat_number": COUNT, "duration_ms": NUMBER,
        "duration_resolution_ms": NUMBER, "end_evidence": TEXT, "started_at": MOMENT,
    },
    "deviations": {
        **_PLACE, **_SUBJECT, **_CODE, "deviation_class": TEXT, "severity": TEXT, "beat_number": COUNT,
        "expected": TEXT, "observed": TEXT, "occurrence_count": COUNT, "is_consequence": FLAG, "is_accepted": FLAG,
        "detected_at": MOMENT,
    },
    "errors": {
        **_PLACE, **_SUBJECT, **_CODE, "error_group": TEXT, "message": TEXT, "plugin_name": TEXT, "beat_number": COUNT,
        "detected_at": MOMENT,
    },
    "gaps": {**_PLACE, "flow_id": TEXT, "gap_class": TEXT, "duration_ms": NUMBER, "started_at": MOMENT},
    "topics": {**_PLACE, "topic": TEXT, "emitted_at": MOMENT},
    "state_keys": {**_PLACE, **_SUBJECT, "change_kind": TEXT, "state_key": TEXT, "emitted_at": MOMENT},
}  # fmt: skip

# Columns the models call otherwise.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "deviations": {"detected_at": "emitted_at"},
    "state_keys": {"emitted_at": "mutated_at", "change_kind": "mutation_kind"},
}

FINDING_SCHEMA = pl.Schema(
    {
        "session_id": TEXT, "flow_id": TEXT, "detector": TEXT, "anomaly_class": TEXT, "declared_severity": TEXT,
        "p_value": NUMBER, "test_count": COUNT, "expected": TEXT, "observed": TEXT, "sequence_name": TEXT,
        "beat_number": COUNT, "topic": TEXT, "plugin_name": TEXT, "handler_name": TEXT, "code_file_path": TEXT,
        "code_line_number": COUNT, "detected_at": MOMENT, "log_file_path": TEXT, "line_number": COUNT,
        "occurrence_count": COUNT, "training_session_count": COUNT,
    }
)  # fmt: skip


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
    """What was observed, a frame per kind of thing; the columns are those of COLUMNS."""

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


class Kind(StrEnum):
    """What a detector rests on.

    Declared knowledge needs no training. A ranking compares a session with whole training sessions: no p-value below
    1 / (sessions + 1). A tail says how rare so much is, also beyond what was seen.
    """

    DECLARED = "declared"
    RANKING = "ranking"
    TAIL = "tail"


# A statistic looks once at what was observed; what it returns judges one split after the other.
Judge = Callable[[Split], pl.DataFrame]
Statistic = Callable[[Observed, AnomalyOptions], Judge]


@dataclass(frozen=True, slots=True)
class Detector:
    """A row of detectors.py: what a finding rests on, and its words.

    `statistic` gives what judges a split: a row per finding, with `p_value` and `test_count` (how many things it judged
    in the session) or, where no chance is involved, `declared_severity`, and whatever other columns of FINDING_SCHEMA
    it knows. `classes` holds the anomaly classes it gives, with the words the site has for them; of several, the
    statistic says which. `expected` and `observed` are sentences with columns in braces (sentence); without them the
    statistic's own columns count. `moment` is the column that says when it was seen.
    """

    name: str
    title: str
    kind: Kind
    statistic: Statistic
    classes: Mapping[str, str]
    expected: str = "{expected}"
    observed: str = "{observed}"
    moment: str = "detected_at"

    def prepare(self, seen: Observed, options: AnomalyOptions) -> Judge:
        """Return what judges a split of what was observed."""
        judge = self.statistic(seen, options)
        return lambda split: self._findings(judge(split), split)

    def _findings(self, found: pl.DataFrame, split: Split) -> pl.DataFrame:
        """Return what was found in the shape of findings; what is not known is null."""
        if found.is_empty():
            return pl.DataFrame(schema=FINDING_SCHEMA)
        if "anomaly_class" not in found.columns:
            (only,) = self.classes
            found = found.with_columns(pl.lit(only).alias("anomaly_class"))
        said = found.with_columns(
            pl.lit(self.name).alias("detector"),
            sentence(self.expected).alias("expected"),
            sentence(self.observed).alias("observed"),
            pl.col(self.moment).alias("detected_at"),
            pl.lit(len(split.training)).alias("training_session_count"),
        )
        return said.select(
            (pl.col(name) if name in said.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in FINDING_SCHEMA.items()
        )


def sentence(text: str) -> pl.Expr:
    """Return a text with the values of the columns in braces: {message}, {median_ms:1} rounded to one decimal."""
    values = [
        pl.col(name) if not digits else _rounded(name, int(digits))
        for _, name, digits, _ in Formatter().parse(text)
        if name
    ]
    places = "".join(words + ("{}" if name else "") for words, name, _, _ in Formatter().parse(text))
    return pl.format(places, *values) if values else pl.lit(text)


def _rounded(name: str, digits: int) -> pl.Expr:
    value = pl.col(name).round(digits)
    return value if digits else value.cast(pl.Int64)


def selection(name: str) -> str:
    """Return what to select from the model a table comes from, as SQL."""
    names = _NAMES.get(name, {})
    return ", ".join(f"{names[column]} as {column}" if column in names else column for column in COLUMNS[name])


def read_observed(tables: Mapping[str, pa.Table]) -> Observed:
    """Return what was observed; `tables` has one table per name in COLUMNS, with at least those columns."""
    return Observed(**{field.name: read_frame(tables[field.name], field.name) for field in fields(Observed)})


def read_frame(table: pa.Table, name: str) -> pl.DataFrame:
    """Return a table of the name as a frame, its times in UTC."""
    columns = COLUMNS[name]
    frame = cast(pl.DataFrame, pl.from_arrow(table.select(list(columns))))
    return frame.with_columns(
        pl.col(column).dt.convert_time_zone("UTC")
        if kind == MOMENT and getattr(frame[column].dtype, "time_zone", None)
        else pl.col(column)
        for column, kind in columns.items()
    ).cast(dict(columns))  # type: ignore[arg-type]
