"""The sequence detectors on labelled public logs; prints a Markdown table.

Run as `python -m tests.benchmarks.public_logs FOLDER` after fetch_public_logs. A log sequence is taken as a session
with one flow; there are no declarations, so that only what is learnt from the training sequences counts. A sequence is
flagged when its p-value is at most the stated rate; the rate is chosen beforehand and every p-value comes from the
training sequences alone.
"""

import hashlib
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.model import COLUMNS, AnomalyOptions, Observed, Split

DATA_SETS = (
    ("OpenStack (Kalaki and others)", "openstack_parisakalaki", "openstack"),
    ("ADFA-LD", "adfa_ld", "adfa"),
    ("OpenStack (Loghub)", "openstack_loghub", "openstack"),
    ("Hadoop (Loghub)", "hadoop_loghub", "hadoop"),
)
OF_SEQUENCES = [
    detector for detector in DETECTORS if detector.name in ("variant_novelty", "transition", "count_vector")
]
STATED_RATES = (0.05, 0.01)


@dataclass(frozen=True, slots=True)
class Score:
    """What became of flagged and unflagged sequences."""

    found: int
    missed: int
    false_alarms: int
    quiet: int

    def cells(self) -> Iterator[str]:
        """Yield precision, recall, F1, MCC and false alarms per 1,000 normal sequences."""
        flagged, abnormal = self.found + self.false_alarms, self.found + self.missed
        precision = self.found / flagged if flagged else math.nan
        recall = self.found / abnormal
        yield "-" if math.isnan(precision) else f"{precision:.3f}"
        yield f"{recall:.3f}"
        yield "0.000" if not self.found else f"{2 * precision * recall / (precision + recall):.3f}"
        normal, passed = self.false_alarms + self.quiet, self.missed + self.quiet
        spread = math.sqrt(flagged * abnormal * normal * passed)
        product = self.found * self.quiet - self.false_alarms * self.missed
        yield f"{product / spread:.3f}" if spread else "0.000"
        yield f"{1000 * self.false_alarms / normal:.1f}"


def read_sequences(path: Path) -> list[list[str]]:
    """Return the events of each line; what stands before the comma is the sequence's name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.rpartition(",")[2].split() for line in lines if line.strip()]


def observe(sequences: Sequence[Sequence[str]]) -> Observed:
    """Return the sequences as sessions of one flow each; the session's id is its place."""
    empty = {name: pl.DataFrame(schema=dict(columns)) for name, columns in COLUMNS.items()}
    names = [f"{place:06d}" for place in range(len(sequences))]
    flows = pl.DataFrame(
        {
            "session_id": names,
            "flow_id": names,
            "variant_id": [hashlib.md5(" ".join(events).encode()).hexdigest() for events in sequences],
            "beat_count": [len(events) for events in sequences],
        }
    ).with_columns(
        pl.lit("log").alias("sequence_name"),
        pl.lit("completed").alias("status"),
        pl.lit(1).alias("line_number"),
        pl.lit("").alias("log_file_path"),
        pl.lit(None, COLUMNS["flows"]["started_at"]).alias("started_at"),
    )
    beats = (
        pl.DataFrame({"session_id": names, "topic": [list(events) for events in sequences]})
        .explode("topic")
        .with_columns(
            pl.col("session_id").alias("flow_id"),
            pl.lit("log").alias("sequence_name"),
            pl.int_range(pl.len()).over("session_id").alias("execution_number"),
            pl.int_range(pl.len()).over("session_id").alias("line_number"),
            pl.lit(None, pl.Int64).alias("beat_number"),
            pl.lit("").alias("log_file_path"),
            pl.lit(None, COLUMNS["beats"]["started_at"]).alias("started_at"),
        )
    )
    return Observed(**{**empty, "flows": flows, "beats": beats})


def events_as_flows(seen: Observed) -> Observed:
    """Return the observed with a flow per event: the mix of events is what a count vector of a log counts."""
    flows = seen.beats.with_columns(pl.col("topic").alias("sequence_name"))
    return Observed(**{name: getattr(seen, name) for name in COLUMNS if name != "flows"}, flows=flows)


def p_values(seen: Observed, split: Split) -> dict[str, dict[str, float]]:
    """Return the p-value of every judged sequence a detector says something of, by detector."""
    options = AnomalyOptions()
    found = {}
    for detector in OF_SEQUENCES:
        given = events_as_flows(seen) if detector.name == "count_vector" else seen
        findings = detector.prepare(given, options)(split)
        found[detector.name] = dict(findings.group_by("session_id").agg(pl.col("p_value").min()).iter_rows())
    # Any of them: Bonferroni's correction, which holds however much they agree.
    judged = {session for one in found.values() for session in one}
    found["any of them"] = {
        session: min(1.0, len(OF_SEQUENCES) * min(one.get(session, 1.0) for one in found.values()))
        for session in judged
    }
    return found


def judge(folder: Path, name: str) -> Iterator[tuple[str, ...]]:
    """Yield a table row per detector and stated rate, and those that flag everything and nothing."""
    train, normal, abnormal = (
        read_sequences(folder / f"{name}_{part}") for part in ("train", "test_normal", "test_abnormal")
    )
    ids = [f"{place:06d}" for place in range(len(train) + len(normal) + len(abnormal))]
    split = Split(tuple(ids[len(train) :]), tuple(ids[: len(train)]))
    bad = set(ids[len(train) + len(normal) :])
    sizes = (str(len(train)), str(len(normal)), str(len(abnormal)))
    if len(train) < AnomalyOptions().minimal_sessions:
        yield (*sizes, "none: too few to learn from", "-", *("-",) * 5)
    else:
        for detector, values in p_values(observe([*train, *normal, *abnormal]), split).items():
            for rate in STATED_RATES:
                if rate * (len(train) + 1) >= 1:
                    flagged = {session for session, value in values.items() if value <= rate}
                    yield (*sizes, detector, f"{rate:g}", *_score(flagged, split.judged, bad).cells())
    yield (*sizes, "flag everything", "-", *_score(set(split.judged), split.judged, bad).cells())
    yield (*sizes, "flag nothing", "-", *_score(set(), split.judged, bad).cells())


def _score(flagged: set[str], judged: Sequence[str], bad: set[str]) -> Score:
    found = len(flagged & bad)
    false_alarms = len(flagged) - found
    return Score(found, len(bad) - found, false_alarms, len(judged) - len(bad) - false_alarms)


def main() -> int:
    """Print the table."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print("usage: public_logs FOLDER, filled by fetch_public_logs", file=sys.stderr)
        return 2
    columns = ("Data", "Training", "Normal", "Abnormal", "Detector", "Stated rate", "Precision", "Recall", "F1", "MCC")
    print("| " + " | ".join((*columns, "False alarms per 1,000")) + " |")
    print("|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|")
    for title, folder, name in DATA_SETS:
        for row in judge(Path(sys.argv[1]) / folder, name):
            print("| " + " | ".join((title, *row)) + " |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
