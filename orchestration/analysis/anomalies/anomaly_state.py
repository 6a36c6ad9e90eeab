"""Detector: handlers that add, update or remove a key of the flow's state no training session saw them touch.

Only handlers that training sessions know are judged. Previews of the log are cut short, so that a key that is missing
in a line says nothing; a key that is there does.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings
from orchestration.analysis.anomalies.anomaly_novelty import judge_novelty

DETECTOR = "state_key_novelty"


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session, handler and new key."""
    known = split.of_training(seen.state_keys).group_by("handler_name").agg(pl.col("session_id").n_unique().alias("n"))
    judgeable = known.filter(pl.col("n") >= options.minimal_sessions)
    things = (
        seen.state_keys.join(judgeable, on="handler_name")
        .with_columns(pl.concat_str("handler_name", "change_kind", "state_key", separator="\x1f").alias("thing"))
        .sort("session_id", "line_number")
        .unique(["session_id", "thing"], keep="first", maintain_order=True)
    )
    found = judge_novelty(things, split).with_columns(
        pl.lit("new_state_key").alias("anomaly_class"),
        pl.format("keys {} touched in {} training sessions", "handler_name", "n").alias("expected"),
        pl.format("{} {}", "change_kind", "state_key").alias("observed"),
        pl.col("emitted_at").alias("detected_at"),
    )
    return as_findings(found, DETECTOR)
