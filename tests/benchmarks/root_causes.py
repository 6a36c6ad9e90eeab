"""How often the true place of a known fault is the first cause of its session, and among the first three.

Run as `python -m tests.benchmarks.root_causes WAREHOUSE` on a warehouse of the corpus' `faulty` logs; prints a table
per class of fault. A cause is true when it names what was changed: the handler of what throws, fails, hangs
or is slow; the topic of routes, subscriptions and storms; the sequence of orders of beats; silence of a blocked thread.
"""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.corpus import corpus_path

_CAUSES = """
select cause_number, fix_class, sequence_name, topic, handler_name, symptom_class, observed, line_number
from reports.rpt_session_causes where parse_filename(log_file_path) = ? order by cause_number
"""
_BEATS = """
select s.sequence_key, s.sequence_name, b.beat_position, b.topic, b.handler_name, s.declaration_file_path
from marts.dim_sequences s left join marts.dim_beats b using (sequence_id)
"""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """A row of rpt_session_causes."""

    number: int
    fix_class: str
    sequence: str | None
    topic: str | None
    handler: str | None
    symptom: str
    observed: str | None
    line: int | None


@dataclass
class Declared:
    """What the benchmark needs of the declarations, by sequence key."""

    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    beats: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """What was changed, as the label says it."""

    fault: str
    handler: str | None
    topics: frozenset[str]
    sequences: frozenset[str]
    handlers: frozenset[str]

    def is_named_by(self, cause: Cause) -> bool:
        """Tell whether a cause names what was changed."""
        if self.handler:
            return cause.handler == self.handler
        if self.fault.startswith(("e_topic", "h_")):
            return cause.topic in self.topics
        if self.fault.startswith("g_"):
            return cause.fix_class == "unblock_thread"
        if self.fault.startswith(("c_", "d_")):
            return cause.sequence in self.sequences
        return cause.topic in self.topics or (cause.sequence in self.sequences and cause.handler in self.handlers)


@dataclass
class Tally:
    """Effective faults of a class: how many, at which rank the true cause stands, which are missed."""

    sessions: int = 0
    effective: int = 0
    ranks: list[int | None] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def load_declared(connection: duckdb.DuckDBPyConnection) -> Declared:
    """Read sequences and beats."""
    declared = Declared()
    for key, name, position, topic, handler, path in connection.execute(_BEATS).fetchall():
        declared.names[key] = name
        declared.files[path or ""] = key
        declared.beats[key, position] = (topic, handler)
    return declared


def target_of(label: dict[str, Any], declared: Declared) -> Target:
    """Read off a label what was changed; a sequence that is not named is any that declares the topic."""
    where = label["where"]
    key = where.get("sequence") or _key_of_file(where.get("sequenceFile"), declared)
    topics = {where.get("event"), where.get("topic")} - {None}
    if beat := declared.beats.get((key or "", where.get("beat") or 0)):
        topics.add(beat[0])
    keys = (
        {key} - {None} if label["class"].startswith(("c_", "d_")) else _keys_with(topics, declared) | ({key} - {None})
    )
    return Target(
        fault=label["class"],
        handler=where.get("handler"),
        topics=frozenset(topics),
        sequences=frozenset(declared.names[one] for one in keys if one in declared.names),
        handlers=frozenset(handler for topic, handler in declared.beats.values() if topic in topics),
    )


def _key_of_file(path: str | None, declared: Declared) -> str | None:
    if not path:
        return None
    tail = path.split("json-sequences/")[-1]
    return next((key for file, key in declared.files.items() if file.endswith(tail)), None)


def _keys_with(topics: set[str], declared: Declared) -> set[str]:
    return {key for (key, _), (topic, _) in declared.beats.items() if topic in topics}


def tally_faults(labels: list[dict[str, Any]], connection: duckdb.DuckDBPyConnection) -> dict[str, Tally]:
    """Return a tally per class of fault; a fault whose session shows no effect is not counted as effective."""
    declared = load_declared(connection)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for label in labels:
        tally = tallies[label["class"]]
        tally.sessions += 1
        if not label["effective"]:
            continue
        tally.effective += 1
        causes = [Cause(*row) for row in connection.execute(_CAUSES, [label["file"]]).fetchall()]
        target = target_of(label, declared)
        rank = next((cause.number for cause in causes if target.is_named_by(cause)), None)
        tally.ranks.append(rank)
        if rank != 1:
            first = "; ".join(
                f"{one.fix_class} {one.handler or one.topic or one.sequence or ''}" for one in causes[:_SHOWN]
            )
            tally.missed.append(f"{label['class']} {label['file']}: rank {rank}; first are {first or 'none'}")
    return dict(sorted(tallies.items()))


def main() -> int:
    """Print the table and what is not first; fail below the bars (80 % first, 95 % among three)."""
    corpus = corpus_path()
    if corpus is None or len(sys.argv) != 2:
        print("usage: root_causes WAREHOUSE, with the corpus of logs at hand", file=sys.stderr)
        return 2
    text = (corpus / "logs" / "faulty" / "labels.jsonl").read_text(encoding="utf-8")
    with duckdb.connect(str(Path(sys.argv[1])), read_only=True) as connection:
        tallies = tally_faults([json.loads(line) for line in text.splitlines()], connection)
    print("| Class of fault | Sessions | Effective | First | Among three | Missed |")
    print("|---|---:|---:|---:|---:|---:|")
    ranks = [rank for tally in tallies.values() for rank in tally.ranks]
    for name, tally in tallies.items():
        print(f"| `{name}` | {tally.sessions} | {tally.effective} | {_cells(tally.ranks)} |")
    print(f"| all | {sum(one.sessions for one in tallies.values())} | {len(ranks)} | {_cells(ranks)} |")
    print("\nNot first:", *(line for tally in tallies.values() for line in tally.missed), sep="\n- ")
    first, three = (sum(rank is not None and rank <= most for rank in ranks) for most in (1, _SHOWN))
    print(f"\nFirst {100 * first / len(ranks):.1f} %, among three {100 * three / len(ranks):.1f} % of {len(ranks)}")
    return 0 if first >= 0.8 * len(ranks) and three >= 0.95 * len(ranks) else 1


def _cells(ranks: list[int | None]) -> str:
    first, three = (sum(rank is not None and rank <= most for rank in ranks) for most in (1, _SHOWN))
    return f"{first} | {three} | {len(ranks) - three}"


if __name__ == "__main__":
    raise SystemExit(main())
