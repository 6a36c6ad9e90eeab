"""What anomaly detection finds of known faults, and what it warns of where there is none; prints Markdown tables.

Run as `python -m tests.benchmarks.anomaly_faults WAREHOUSE [HALVES]` on a warehouse of the corpus' logs. Three ways of
judging: trained on a random half of `clean` and judging `faulty` and the other half, for several halves; everything in
one run without any configuration; and the first day, by declared knowledge alone. A session is found when it has an
anomaly of severity warning or critical; the fault is named when one of them names its sequence, handler or topic.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.model import AnomalyOptions, Observed, read_observed, selection
from orchestration.analysis.anomalies.verdict import detect_anomalies
from tests.benchmarks.alignment_faults import Target, Warehouse, target_of
from tests.corpus import corpus_path

SOURCES = {
    "sessions": "intermediate.int_sessions__rostered",
    "flows": "intermediate.int_flows__costed",
    "beats": "marts.fct_beat_executions",
    "handlers": "marts.fct_handler_executions",
    "deviations": "marts.fct_flow_deviations",
    "errors": "intermediate.int_errors__timed",
    "gaps": "marts.fct_silent_gaps",
    "topics": "intermediate.int_topics__timed",
    "state_keys": "marts.fct_state_mutations",
}
# Faults of the environment have no place in the code that could be named.
NAMELESS = {"g_main_thread_stall"}


@dataclass(frozen=True, slots=True)
class Fault:
    """An injected fault: its session, class, and what names it."""

    session: str
    fault_class: str
    words: str
    is_effective: bool
    handler: str | None
    target: Target


@dataclass(frozen=True, slots=True)
class Result:
    """One run: the anomalies worth a warning, the healthy sessions it judged and their flows."""

    alarms: pl.DataFrame
    healthy: frozenset[str]
    healthy_flow_count: int

    def alarmed(self) -> set[str]:
        """Return the sessions with a warning or worse."""
        return set(self.alarms["session_id"])


class Corpus:
    """The corpus' sessions as the detectors see them."""

    def __init__(self, path: Path, labels: Sequence[dict[str, Any]]) -> None:
        connection = duckdb.connect(str(path), read_only=True)
        self.seen = read_observed(
            {name: connection.sql(f"select {selection(name)} from {source}").to_arrow_table()
             for name, source in SOURCES.items()}
        )  # fmt: skip
        warehouse = Warehouse(path)
        self.key_of = warehouse.names
        self._routed: defaultdict[str, set[str]] = defaultdict(set)
        for topic, key in connection.sql("select topic, sequence_key from marts.dim_topic_routes").fetchall():
            self._routed[topic].add(key)
        paths = dict(self.seen.sessions.select("session_id", "log_file_path").iter_rows())
        self.clean = sorted(one for one, name in paths.items() if "/clean/" in f"/{name}")
        by_file = {Path(name).name: one for one, name in paths.items() if "/faulty/" in f"/{name}"}
        self.faults = [
            Fault(by_file[label["file"]], label["class"], label["id"], bool(label["effective"]),
                  label["where"].get("handler"), target_of(label, warehouse))
            for label in labels
        ]  # fmt: skip

    def run(self, sessions: Iterable[str], training: Iterable[str], options: AnomalyOptions) -> Result:
        """Judge some sessions; training sessions are not among the healthy ones that count."""
        chosen, named = set(sessions), set(training)
        part = {field.name: _of(getattr(self.seen, field.name), chosen) for field in fields(Observed)}
        rostered = part["sessions"].with_columns(pl.col("session_id").is_in(list(named)).alias("is_training"))
        found = detect_anomalies(replace(Observed(**part), sessions=rostered), options)
        healthy = frozenset(one for one in self.clean if one in chosen and one not in named)
        flows = part["flows"].filter(pl.col("session_id").is_in(list(healthy)))
        return Result(found.filter(pl.col("severity") != "info"), healthy, len(flows))

    def is_named(self, fault: Fault, alarms: pl.DataFrame) -> bool:
        """Tell whether a warning of the fault's session says where it is."""
        return fault.fault_class in NAMELESS or any(
            self.key_of.get(sequence) in fault.target.sequences | self._routed_by(fault.target.topics)
            or topic in fault.target.topics
            or (handler is not None and handler == fault.handler)
            for session, sequence, topic, handler in alarms.select(
                "session_id", "sequence_name", "topic", "handler_name"
            ).iter_rows()
            if session == fault.session
        )

    def _routed_by(self, topics: Iterable[str]) -> frozenset[str]:
        """Return the sequences that topics are declared to start: a storm of the one is a storm of the other."""
        return frozenset(key for topic in topics for key in self._routed[topic])


def _of(frame: pl.DataFrame, sessions: set[str]) -> pl.DataFrame:
    return frame.filter(pl.col("session_id").is_in(list(sessions)))


def measures(corpus: Corpus, result: Result) -> dict[str, float]:
    """Return the figures of the bars for one run."""
    alarmed = result.alarmed()
    effective = [fault for fault in corpus.faults if fault.is_effective]
    found = [fault for fault in effective if fault.session in alarmed]
    idle = [fault for fault in corpus.faults if not fault.is_effective and fault.session in alarmed]
    false_sessions = len(alarmed & result.healthy) + len(idle)
    false_alarms = sum(session in result.healthy for session in result.alarms["session_id"])
    return {
        "precision": len(found) / (len(found) + false_sessions) if found else 0.0,
        "recall": len(found) / len(effective),
        "named": sum(corpus.is_named(fault, result.alarms) for fault in found) / max(len(found), 1),
        "false alarms per 1,000 flows": 1000 * false_alarms / max(result.healthy_flow_count, 1),
    }


def print_runs(corpus: Corpus, runs: dict[str, list[Result]]) -> None:
    """Print a row per way of judging, with what flagging everything or nothing would give."""
    print("| Judged | Precision | Recall | Named | False alarms per 1,000 flows |")
    print("|---|---:|---:|---:|---:|")
    for words, results in runs.items():
        rows = [measures(corpus, result) for result in results]
        cells = [f"{np.mean([row[name] for row in rows]):.3f}" for name in rows[0]]
        worst = [min(row[name] for row in rows) for name in list(rows[0])[:3]]
        worst.append(max(row["false alarms per 1,000 flows"] for row in rows))
        if len(rows) > 1:
            cells = [f"{mean} (worst {low:.3f})" for mean, low in zip(cells, worst, strict=True)]
        print(f"| {words} | {' | '.join(cells)} |")
    first = next(iter(runs.values()))[0]
    effective = sum(fault.is_effective for fault in corpus.faults)
    everything = effective / (len(corpus.faults) + len(first.healthy))
    per_flow = 1000 * len(first.healthy) / first.healthy_flow_count
    print(f"| flag everything | {everything:.3f} | 1.000 | 0.000 | {per_flow:.3f} |")
    print("| flag nothing | - | 0.000 | - | 0.000 |")


def print_classes(corpus: Corpus, results: Sequence[Result]) -> None:
    """Print a row per class of fault, in how many of all runs it was found and named, and by which detectors."""
    print("\n| Class | Sessions | Effective | Found | Named | Without effect, warned | Detectors |")
    print("|---|---:|---:|---:|---:|---:|---|")
    grouped: defaultdict[str, list[Fault]] = defaultdict(list)
    for fault in corpus.faults:
        grouped[fault.fault_class].append(fault)
    for name, faults in sorted(grouped.items()):
        effective = [fault for fault in faults if fault.is_effective]
        found: list[bool] = []
        named: list[bool] = []
        idle: list[bool] = []
        by: Counter[str] = Counter()
        for result in results:
            alarmed = result.alarmed()
            found += [fault.session in alarmed for fault in effective]
            named += [fault.session in alarmed and corpus.is_named(fault, result.alarms) for fault in effective]
            idle += [fault.session in alarmed for fault in faults if not fault.is_effective]
            for fault in effective:
                by.update(set(result.alarms.filter(pl.col("session_id") == fault.session)["detector"]))
        shown = ", ".join(f"{detector} {_share(count, len(found))}" for detector, count in by.most_common())
        cells = (len(faults), len(effective), _share(sum(found), len(found)), _share(sum(named), len(named)),
                 _share(sum(idle), len(idle)), shown or "none")  # fmt: skip
        print(f"| `{name}` | {' | '.join(map(str, cells))} |")


def print_detectors(corpus: Corpus, results: Sequence[Result]) -> None:
    """Print a row per detector: effective faults it warned of, and healthy sessions."""
    print("\n| Detector | Effective faults | Without effect | Healthy sessions |")
    print("|---|---:|---:|---:|")
    for detector in DETECTORS:
        counts: list[tuple[int, int, int]] = []
        for result in results:
            alarmed = set(result.alarms.filter(pl.col("detector") == detector)["session_id"])
            faults = [fault for fault in corpus.faults if fault.session in alarmed]
            effective = sum(fault.is_effective for fault in faults)
            counts.append((effective, len(faults) - effective, len(alarmed & result.healthy)))
        means = [f"{value:.1f}" for value in np.mean(counts, axis=0)]
        print(f"| `{detector}` | {' | '.join(means)} |")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def _halves(clean: Sequence[str], count: int) -> Iterator[list[str]]:
    for seed in range(count):
        yield list(np.random.default_rng(seed).permutation(np.array(clean))[: (len(clean) + 1) // 2])


def main() -> int:
    """Print the tables."""
    path = corpus_path()
    if path is None or len(sys.argv) not in (2, 3):
        print("usage: anomaly_faults WAREHOUSE [HALVES], with the corpus of logs at hand", file=sys.stderr)
        return 2
    text = (path / "logs" / "faulty" / "labels.jsonl").read_text(encoding="utf-8")
    corpus = Corpus(Path(sys.argv[1]), [json.loads(line) for line in text.splitlines()])
    faulty, options = [fault.session for fault in corpus.faults], AnomalyOptions()
    sessions = [*corpus.clean, *faulty]
    halves = [corpus.run(sessions, half, options) for half in _halves(corpus.clean, int((sys.argv[2:] or ["20"])[0]))]
    unlearnt = replace(options, minimal_sessions=len(sessions))
    print_runs(
        corpus,
        {
            f"{len(halves)} halves of `clean`": halves,
            "everything, no configuration": [corpus.run(sessions, (), options)],
            "the first day": [corpus.run(sessions, (), unlearnt)],
        },
    )
    print_classes(corpus, halves)
    print_detectors(corpus, halves)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
