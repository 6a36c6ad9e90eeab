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

from tests.corpus import corpus_path
from tests.made.declared import declared_beats
from tests.made.faults import MAKERS, NoPlaceError, Session
from tests.made.session_log import SessionLog
from tests.made.variations import saved_raw


def make_corpus(corpus: Path, folder: Path, rounds: int, seed: int) -> list[dict[str, Any]]:
    """Write clean and faulty sessions and the labels; return the labels."""
    chance = random.Random(seed)
    for name in ("clean", "faulty"):
        (folder / "logs" / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "declared").exists():
        (folder / "declared").symlink_to(corpus / "declared")
    paths = sorted((corpus / "logs" / "clean").glob("*.log"))
    chance.shuffle(paths)
    declared, labels, taken = declared_beats(corpus), [], set[str]()
    for name in sorted(MAKERS) * rounds:
        for path in list(paths):
            text = path.read_text(encoding="utf-8")
            if "EventBus.js:49" in text[:200_000]:
                continue
            try:
                log, where, count = MAKERS[name][1](Session(SessionLog.parse(text), declared, chance, taken))
            except (NoPlaceError, KeyError, IndexError):
                continue
            paths.remove(path)
            # Half of them as people save them: most rows without anchor and objects.
            saved = saved_raw(log.text(), chance) if chance.random() < 0.5 else log.text().encode()
            (folder / "logs" / "faulty" / path.name).write_bytes(saved)
            labels.append(_label(path.name, name, where, count))
            break
        else:
            print(f"no session has a place for {name}", file=sys.stderr)
    for path in paths:
        (folder / "logs" / "clean" / path.name).write_bytes(path.read_bytes())
    lines = "".join(f"{json.dumps(label)}\n" for label in labels)
    (folder / "logs" / "faulty" / "labels.jsonl").write_text(lines, encoding="utf-8")
    return labels


def _label(file: str, name: str, where: dict[str, Any], count: int) -> dict[str, Any]:
    words = {"file": file, "class": MAKERS[name][0], "id": f"{name}:{':'.join(map(str, where.values()))}"}
    return {**words, "where": where, "affectedExecutions": count, "effective": True}


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
