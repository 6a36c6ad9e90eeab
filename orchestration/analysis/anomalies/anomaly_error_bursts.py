"""Detector: errors and warnings that repeat within ten seconds far more often than is usual.

Grouped as on the errors page. How surprising a number is, is said in anomaly_bursts.py.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_bursts import judge_bursts, usual_burst
from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings

DETECTOR = "error_burst"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and group of errors: its largest burst."""
    window = pl.lit(options.burst_window_ms // 1000)
    found = judge_bursts(seen.errors.rename({"error_group": "thing"}), split, options).with_columns(
        pl.lit("error_burst").alias("anomaly_class"),
        pl.col("burst_count").cast(pl.Int64).alias("occurrence_count"),
        usual_burst(options).alias("expected"),
        pl.format("{} in {} s: {}", "burst_count", window, "message").alias("observed"),
    )
    return as_findings(found, DETECTOR)
