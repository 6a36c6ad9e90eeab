"""What the flow validator reports of known faults, and what it reports where there is none; prints Markdown tables.

Run as `python -m tests.benchmarks.alignment_faults WAREHOUSE` on a warehouse of the corpus' `faulty` and `clean` logs.
A fault is found when its session has a deviation (warning or critical) of a class that says what was done, naming the
sequence and the beat, or the topic. Warnings that follow from a fault are counted apart; every other one is listed, for
a person to read the lines.
"""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.corpus import corpus_path

# What each class of fault must be called. The classes left out slow handlers or the machine: they break no order.
WORDS = {
    "b_handler_throws": {"handler_failed"},
    "b2_beat_fails": {"failed_beat"},
    "c_beat_execution_skip": {"missing_beat"},
    "c_beat_execution_duplicate": {"repeated_beat"},
    "c_beat_execution_reorder": {"out_of_order_beat"},
    "c_beat_sequence_changed": {"missing_beat", "out_of_order_beat", "repeated_beat"},
    "d_undeclared_beat": {"unexpected_beat"},
    "e_subscription_missing": {"no_subscriber"},
    "e_topic_misrouted": {"misrouted_topic", "unrouted_topic"},
    "f_never_completes": {"hung_flow"},
    "f_tab_closed": {"incomplete_flow"},
}
# Faults of order and presence: the alignment must show them too.
ALIGNED = {name for name in WORDS if name.startswith(("c_", "d_"))}


@dataclass(frozen=True, slots=True)
class Deviation:
    """A row of fct_flow_deviations, of severity warning or critical."""

    session: str
    words: str
    sequence: str | None
    sequence_key: str | None
    beat: int | None
    topic: str | None
    observed: str
    occurrences: int
    line: int


@dataclass
class Tally:
    """What became of the sessions of one class."""

    sessions: int = 0
    effective: int = 0
    reported: int = 0
    affected_executions: int = 0
    reported_executions: int = 0
    aligned: int = 0
    consequences: int = 0
    missed: list[str] = field(default_factory=list)
    others: Counter[tuple[str, str, str]] = field(default_factory=Counter)


class Warehouse:
    """The marts the table is made from."""

    def __init__(self, path: Path) -> None:
        self._connection = duckdb.connect(str(path), read_only=True)
        self.topics: dict[str, dict[int, str]] = defaultdict(dict)
        for key, number, topic in self._read(
            "select sequence_key, beat_position, topic from marts.dim_beats "
            "join marts.dim_sequences using (sequence_id)"
        ):
            self.topics[key][number] = topic
        self.names = dict(self._read("select sequence_name, sequence_key from marts.dim_sequences"))

    def deviations(self, folder: str) -> list[Deviation]:
        """Return the warnings of the sessions in a folder of the corpus."""
        rows = self._read(
            "select parse_filename(log_file_path), deviation_class, sequence_name, sequence_key, beat_number, topic, "
            "observed, occurrence_count, line_number from marts.fct_flow_deviations "
            "where severity in ('warning', 'critical') and not is_accepted "
            f"and contains('/' || log_file_path, '/{folder}/') order by log_file_path, line_number, deviation_class"
        )
        return [Deviation(*row) for row in rows]

    def sessions(self, folder: str) -> int:
        """Count the sessions in a folder of the corpus."""
        ((count,),) = self._read(
            f"select count(*) from marts.dim_sessions where contains('/' || log_file_path, '/{folder}/')"
        )
        return int(count)

    def aligned_moves(self, session: str) -> set[tuple[str, str]]:
        """Return sequence and topic of what the alignments of a session's flows do not find in order."""
        return set(
            self._read(
                "select distinct flow.sequence_key, move.topic from marts.fct_flows as flow "
                "join marts.fct_alignments as move using (variant_id) where move.move_cost > 0 "
                "and parse_filename(flow.log_file_path) = ?",
                [session],
            )
        )

    def _read(self, query: str, parameters: list[Any] | None = None) -> list[Any]:
        return self._connection.execute(query, parameters).fetchall()


@dataclass(frozen=True, slots=True)
class Target:
    """What a report of a fault has to name: one of these sequences, one of these topics."""

    sequences: frozenset[str]
    topics: frozenset[str]


def target_of(label: dict[str, Any], warehouse: Warehouse) -> Target:
    """Read off a label what was changed; a sequence that is not named is any that declares the topic."""
    where, name = label["where"], label.get("affectedSequence")
    key = where.get("sequence") or warehouse.names.get(name or "")
    topics = {where[word] for word in ("event", "topic") if where.get(word)}
    if key and not topics:
        # An added beat has no declared topic: any topic the sequence does not declare is the one.
        numbers = {where.get("beat"), where.get("beat2")} - {None}
        topics = {warehouse.topics[key].get(number, "") for number in numbers} - {""}
    if key:
        return Target(frozenset({key}), frozenset(topics))
    declaring = {name for name, beats in warehouse.topics.items() if topics & set(beats.values())}
    return Target(frozenset(declaring), frozenset(topics))


def names_target(deviation: Deviation, target: Target, fault: str, warehouse: Warehouse) -> bool:
    """Tell whether the deviation says what was done, and of which sequence and beat or topic."""
    if deviation.words not in WORDS[fault]:
        return False
    if fault == "e_topic_misrouted":
        return deviation.topic in target.topics
    if deviation.sequence_key not in target.sequences:
        return False
    if fault == "d_undeclared_beat":
        return is_added(deviation.topic, deviation.sequence_key or "", fault, warehouse)
    return deviation.topic in target.topics


def is_consequence(deviation: Deviation, target: Target, fault: str) -> bool:
    """Tell whether the deviation is true and follows from the fault, without being its name."""
    return (
        (fault.startswith("f_") and deviation.words == "never_started_flow")
        or (fault == "b2_beat_fails" and deviation.words == "failed_flow")
        or (fault == "d_undeclared_beat" and deviation.words == "no_subscriber")
        or (fault == "c_beat_sequence_changed" and deviation.sequence_key in target.sequences)
    )


def is_aligned(session: str, target: Target, fault: str, warehouse: Warehouse) -> bool:
    """Tell whether an alignment shows the fault at the right sequence and topic."""
    return any(
        sequence in target.sequences and (topic in target.topics or is_added(topic, sequence, fault, warehouse))
        for sequence, topic in warehouse.aligned_moves(session)
    )


def is_added(topic: str | None, sequence: str, fault: str, warehouse: Warehouse) -> bool:
    """Tell whether the topic is the beat that a fault of class d added."""
    return fault == "d_undeclared_beat" and topic not in warehouse.topics[sequence].values()


def tally_faults(labels: list[dict[str, Any]], warehouse: Warehouse) -> dict[str, Tally]:
    """Return a tally per class of fault."""
    by_session: defaultdict[str, list[Deviation]] = defaultdict(list)
    for deviation in warehouse.deviations("faulty"):
        by_session[deviation.session].append(deviation)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for label in labels:
        fault, session = label["class"], label["file"]
        tally, found = tallies[fault], by_session[session]
        tally.sessions += 1
        tally.effective += bool(label["effective"])
        target = target_of(label, warehouse)
        hits = [one for one in found if fault in WORDS and names_target(one, target, fault, warehouse)]
        if label["effective"] and fault in WORDS:
            tally.reported += bool(hits)
            tally.affected_executions += label["affectedExecutions"] or 0
            tally.reported_executions += sum(one.occurrences for one in hits)
            tally.aligned += fault in ALIGNED and is_aligned(session, target, fault, warehouse)
            if not hits:
                tally.missed.append(f"{session} {label['id']}")
        tally.consequences += sum(one not in hits and is_consequence(one, target, fault) for one in found)
        for one in found:
            if one not in hits and not is_consequence(one, target, fault):
                tally.others[session, one.words, f"{one.sequence or one.topic}, {one.topic or ''}: {one.observed}"] += 1
    return dict(sorted(tallies.items()))


def main() -> int:
    """Print the tables; fail when a fault is missed."""
    corpus = corpus_path()
    if corpus is None or len(sys.argv) != 2:
        print("usage: alignment_faults WAREHOUSE, with the corpus of logs at hand", file=sys.stderr)
        return 2
    warehouse = Warehouse(Path(sys.argv[1]))
    text = (corpus / "logs" / "faulty" / "labels.jsonl").read_text(encoding="utf-8")
    tallies = tally_faults([json.loads(line) for line in text.splitlines()], warehouse)
    print("| Class | Sessions | Effective | Reported | Executions | By alignment | Consequences | Other warnings |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for fault, tally in tallies.items():
        reported = tally.reported if fault in WORDS else "-"
        aligned = tally.aligned if fault in ALIGNED else "-"
        executions = f"{tally.reported_executions} of {tally.affected_executions}" if fault in WORDS else "-"
        others = tally.others.total()
        counts = (tally.sessions, tally.effective, reported, executions, aligned, tally.consequences, others)
        print(f"| `{fault}` | {' | '.join(map(str, counts))} |")
    clean = warehouse.deviations("clean")
    print(f"| `clean` | {warehouse.sessions('clean')} | - | - | - | - | - | {len(clean)} |")
    print("\nOther warnings, to be read in the lines:\n")
    for fault, tally in tallies.items():
        for (session, words, said), count in sorted(tally.others.items()):
            print(f"- {fault} {session}: {count} x {words}, {said[:150]}")
    for one in clean:
        print(f"- clean {one.session}:{one.line} {one.words}, {one.sequence}, {one.topic}: {one.observed[:150]}")
    missed = [name for tally in tallies.values() for name in tally.missed]
    print("\nMissed:", *(missed or ["nothing"]), sep="\n- ")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
