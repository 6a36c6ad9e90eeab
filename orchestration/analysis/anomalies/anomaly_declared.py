"""Detector: behaviour that the declarations forbid, from the first session on.

Unknown or missing beats and topics, wrong order, wrong routes, nobody listening, failed beats and handlers. There is no
p-value: no chance is involved. What a good part of the training sessions does as well is drift of the declarations and
not unusual any more: it is noted. Flows that never end belong to anomaly_endings.py.
"""

import polars as pl

from orchestration.analysis.anomalies.anomaly_model import AnomalyOptions, Observed, Split, as_findings

BEHAVIOUR = "declared_behaviour"
FAILURE = "failure"

DETECTOR_OF_CLASS = {
    **dict.fromkeys(
        (
            "missing_beat",
            "unexpected_beat",
            "repeated_beat",
            "out_of_order_beat",
            "no_subscriber",
            "no_handler",
            "wrong_handler",
            "misrouted_topic",
            "unrouted_topic",
            "unknown_topic",
            "undeclared_sequence",
            "never_started_flow",
        ),
        BEHAVIOUR,
    ),
    **dict.fromkeys(("failed_flow", "cancelled_flow", "failed_beat", "handler_failed"), FAILURE),
}
SUBJECT = ("anomaly_class", "sequence_name", "beat_number", "topic", "handler_name")
# The one-sided 95 % bound of the normal distribution, for the lower bound of a share.
NORMAL_95 = 1.645


def detect(seen: Observed, split: Split, options: AnomalyOptions) -> pl.DataFrame:
    """Return a finding per session and thing that is not as declared."""
    deviations = seen.deviations.rename({"deviation_class": "anomaly_class"}).filter(
        pl.col("anomaly_class").is_in(list(DETECTOR_OF_CLASS)) & (pl.col("severity") != "info")
    )
    shares = _shares(deviations, seen.flows, split)
    found = _gathered(split.of_judged(deviations)).join(
        shares, on=["anomaly_class", "sequence_name", "topic"], how="left", nulls_equal=True
    )
    is_usual = (
        (pl.col("session_count") >= options.minimal_sessions) & (pl.col("lowest_share") > options.usual_share)
    ).fill_null(value=False)
    judged = found.with_columns(
        pl.when(is_usual | pl.col("is_excused")).then(pl.lit("info")).otherwise("severity").alias("declared_severity"),
        pl.lit(len(split.training)).alias("training_session_count"),
    )
    return pl.concat(
        as_findings(judged.filter(pl.col("anomaly_class").is_in(_classes(name))), name) for name in (BEHAVIOUR, FAILURE)
    )


def _classes(detector: str) -> list[str]:
    return [name for name, one in DETECTOR_OF_CLASS.items() if one == detector]


def _gathered(deviations: pl.DataFrame) -> pl.DataFrame:
    """One row per session and subject, with its first line."""
    return (
        deviations.sort("session_id", "line_number")
        .group_by("session_id", *SUBJECT, maintain_order=True)
        .agg(
            pl.col("severity").sort().first(),
            pl.col("occurrence_count").sum(),
            (pl.col("is_consequence") | pl.col("is_accepted")).all().alias("is_excused"),
            pl.col(
                "flow_id", "expected", "observed", "code_file_path", "code_line_number", "detected_at", "log_file_path",
                "line_number",
            ).first(),
        )
    )  # fmt: skip


def _shares(deviations: pl.DataFrame, flows: pl.DataFrame, split: Split) -> pl.DataFrame:
    """Return in how many of the training sessions that could show it something is not as declared."""
    subject = ["anomaly_class", "sequence_name", "topic"]
    able = (
        split.of_training(flows).group_by("sequence_name").agg(pl.col("session_id").n_unique().alias("session_count"))
    )
    shown = split.of_training(deviations).group_by(subject).agg(pl.col("session_id").n_unique().alias("shown_count"))
    share = pl.col("shown_count") / pl.col("session_count")
    return (
        shown.join(able, on="sequence_name", how="left", nulls_equal=True)
        .with_columns(pl.col("session_count").fill_null(len(split.training)))
        .with_columns(
            (share - NORMAL_95 * (share * (1 - share) / pl.col("session_count")).sqrt()).alias("lowest_share")
        )
    )
