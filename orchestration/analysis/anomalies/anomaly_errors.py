"""Detector: errors and warnings of a kind no training session has.

What the application itself reports without breaking a declaration, such as a guard that blocked an event, is judged
here and only here. Strangeness is counted in anomaly_novelty.py. Handlers and beats that fail are in
anomaly_declared.py too: that needs no training.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings
from orchestration.analysis.anomalies.anomaly_novelty import judge_novelty

DETECTOR = "error_novelty"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and new group of errors."""
    del options
    counted = seen.errors.rename({"error_group": "thing"}).with_columns(
        pl.len().over("session_id", "thing").cast(pl.Int64).alias("occurrence_count")
    )
    first = counted.sort("session_id", "line_number").unique(["session_id", "thing"], keep="first", maintain_order=True)
    found = judge_novelty(first, split).with_columns(
        pl.lit("new_error").alias("anomaly_class"),
        pl.lit("errors and warnings that training sessions have").alias("expected"),
        pl.format("{}, {} times", "message", "occurrence_count").alias("observed"),
    )
    return as_findings(found, DETECTOR)
