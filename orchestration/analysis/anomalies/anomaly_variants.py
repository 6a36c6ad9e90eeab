"""Detector: flow variants no training session has.

A variant is a distinct order of beats of a sequence. Only sequences the training sessions know are judged: the first
flow of a sequence is no news about its order. Strangeness is counted in anomaly_novelty.py. Flows that never ended have
no whole variant and are left out.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings
from orchestration.analysis.anomalies.anomaly_novelty import judge_novelty

DETECTOR = "variant_novelty"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and new variant."""
    ended = seen.flows.filter(pl.col("status").is_in(["completed", "failed"]) & pl.col("variant_id").is_not_null())
    known = split.of_training(ended).group_by("sequence_name").agg(pl.len().alias("flow_count"))
    things = (
        ended.join(known.filter(pl.col("flow_count") >= options.minimal_executions), on="sequence_name")
        .sort("session_id", "line_number")
        .group_by("session_id", "sequence_name", "variant_id", maintain_order=True)
        .agg(
            pl.len().alias("occurrence_count"),
            pl.col("flow_id", "started_at", "log_file_path", "line_number", "beat_count", "flow_count").first(),
        )
        .rename({"variant_id": "thing", "started_at": "detected_at"})
    )
    found = judge_novelty(things, split).with_columns(
        pl.lit("new_variant").alias("anomaly_class"),
        pl.format("an order of beats seen in the {} flows of training sessions", "flow_count").alias("expected"),
        pl.format("an order of {} beats never seen before, in {} flows", "beat_count", "occurrence_count").alias(
            "observed"
        ),
    )
    return as_findings(found, DETECTOR)
