"""Makes a corpus of faults at places nobody recorded one, so that the other benchmarks can judge it.

Run as `python -m tests.benchmarks.made_faults FOLDER [ROUNDS] [SEED]` with the corpus of logs at hand. Every healthy
session of a development build carries one fault or stays as it is (what is usual is learnt from those). FOLDER then has
the shape of the corpus: `SIGHTLINE_CORPUS=FOLDER python -m tests.benchmarks.root_causes WAREHOUSE`, and so on.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.defs.proving.recorded import Recordings, write_log
from orchestration.faults.fault_making import KINDS, make_fault
from orchestration.faults.scene import Fault, NoPlaceError, Scene
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.corpus import corpus_path
from tests.made.variations import saved_raw

# The corpus' own names of what is made.
CLASSES = {
    "slow_factor": "a_slow_handler",
    "slow_more": "a_slow_handler",
    "slow_some": "a_slow_handler",
    "handler_throws": "b_handler_throws",
    "beat_fails": "b2_beat_fails",
    "flow_aborts": "b2_beat_fails",
    "beat_skipped": "c_beat_execution_skip",
    "beat_repeated": "c_beat_execution_duplicate",
    "beat_reordered": "c_beat_execution_reorder",
    "beat_undeclared": "d_undeclared_beat",
    "no_subscriber": "e_subscription_missing",
    "topic_unrouted": "e_topic_misrouted",
    "topic_misrouted": "e_topic_misrouted",
    "flow_hangs": "f_never_completes",
    "log_cut": "f_tab_closed",
    "stall": "g_main_thread_stall",
    "storm": "h_storm",
}


def make_corpus(corpus: Path, folder: Path, rounds: int, seed: int) -> list[dict[str, Any]]:
    """Write clean and faulty sessions and the labels; return the labels."""
    chance = random.Random(seed)
    for name in ("clean", "faulty"):
        (folder / "logs" / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "declared").exists():
        (folder / "declared").symlink_to(corpus / "declared")
    recordings = _recordings(corpus, folder / "lake")
    logs = list(recordings.logs)
    chance.shuffle(logs)
    labels: list[dict[str, Any]] = []
    taken: dict[str, set[str]] = {kind.name: set() for kind in KINDS}
    declared = recordings.declared()
    for kind in KINDS * rounds:
        for log in list(logs):
            scene = Scene(recordings.rows(log), declared, chance, taken[kind.name])
            try:
                made = make_fault(scene, kind)
            except NoPlaceError:
                continue
            logs.remove(log)
            # Half of them as people save them: most rows without anchor and objects.
            path = folder / "logs" / "faulty" / log.path.name
            if chance.random() < 0.5:
                path.write_bytes(saved_raw(made.text, chance))
            else:
                write_log(path, made.text)
            labels.append(_label(path.name, made.fault))
            break
        else:
            print(f"no session has a place for {kind.name}", file=sys.stderr)
    for log in logs:
        (folder / "logs" / "clean" / log.path.name).write_bytes(log.path.read_bytes())
    lines = "".join(f"{json.dumps(label)}\n" for label in labels)
    (folder / "logs" / "faulty" / "labels.jsonl").write_text(lines, encoding="utf-8")
    return labels


def _recordings(corpus: Path, lake: Path) -> Recordings:
    """Read the healthy sessions of development builds."""
    logs = [path for path in sorted((corpus / "logs" / "clean").glob("*.log")) if _is_of_development(path)]
    ingest_logs(logs, lake, IngestOptions(settle_seconds=0))
    scan_code([], [corpus / "declared"], [], lake, ScanOptions())
    return Recordings(lake, tuple(map(str, logs)), ())


def _is_of_development(path: Path) -> bool:
    return "EventBus.js:49" not in path.read_text(encoding="utf-8")[:200_000]


def _label(file: str, fault: Fault) -> dict[str, Any]:
    where = {
        "sequence": fault.sequence_key if fault.beat_position else None,
        "beat": fault.beat_position,
        "event" if fault.beat_position else "topic": fault.topic,
        "handler": fault.handler_name
        if fault.kind in ("slow_factor", "slow_more", "slow_some", "handler_throws")
        else None,
        "file": "none (environment)" if fault.kind == "stall" else None,
    }
    known = {name: value for name, value in where.items() if value is not None}
    named = {"file": file, "class": CLASSES[fault.kind], "id": f"{fault.kind}:{':'.join(map(str, known.values()))}"}
    return {**named, "where": known, "affectedExecutions": fault.execution_count, "effective": True}


def main() -> int:
    """Make the corpus and list what is in it."""
    corpus = corpus_path()
    if corpus is None or len(sys.argv) < 2:
        print("usage: made_faults FOLDER [ROUNDS] [SEED], with the corpus of logs at hand", file=sys.stderr)
        return 2
    rounds, seed = (int(word) for word in [*sys.argv[2:], "1", "1"][:2])
    for label in make_corpus(corpus, Path(sys.argv[1]), rounds, seed):
        print(label["file"], label["id"], label["affectedExecutions"])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
