"""Detector: flows that are costlier to align with their declared sequence than those of training sessions.

The cost is that of the optimal alignment (Adriansyah, van Dongen and van der Aalst, 2011; alignment.py): the number of
beats too many and too few. A session's score for a sequence is its costliest flow; it is compared with those of the
training sessions (conformal, anomaly_novelty.py).
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings
from orchestration.analysis.anomalies.anomaly_novelty import conformal

DETECTOR = "alignment_cost"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session: its costliest flow, where any costs anything."""
    del options
    dear = seen.flows.filter(pl.col("alignment_cost") > 0).sort(
        "session_id", -pl.col("alignment_cost"), "line_number", maintain_order=True
    )
    worst = dear.group_by("session_id", maintain_order=True).agg(
        pl.len().alias("occurrence_count"),
        pl.col("alignment_cost").first().alias("score"),
        pl.col("flow_id", "sequence_name", "started_at", "log_file_path", "line_number").first(),
    )
    found = conformal(split.of_judged(worst), split.of_training(worst).select("score"), split).with_columns(
        pl.lit("costly_alignment").alias("anomaly_class"),
        pl.lit("flows that follow their declared sequence").alias("expected"),
        pl.format("{} beats too many or too few; {} flows are not as declared", "score", "occurrence_count")
        .alias("observed"),
        pl.col("started_at").alias("detected_at"),
    )  # fmt: skip
    return as_findings(found, DETECTOR)
