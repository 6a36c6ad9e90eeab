"""Where the example's files are, and its labels and truth as rows. Tests of the example import from here."""

import json
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]
BISTRO = REPOSITORY / "examples" / "bistro"


def log_paths() -> list[Path]:
    """Return the committed logs in the order of their names, which is that of their sessions."""
    return sorted((BISTRO / "logs").iterdir())


def read_rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of labels.jsonl or truth.jsonl."""
    return [json.loads(line) for line in (BISTRO / name).read_text("utf-8").splitlines()]


def read_sequences() -> dict[Path, dict[str, Any]]:
    """Return every declared sequence by the file that declares it."""
    paths = sorted(BISTRO.glob("src/modules/*/json-sequences/*.json"))
    return {path: json.loads(path.read_text("utf-8")) for path in paths if path.name != "index.json"}


def beats_of(sequence: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the beats of all movements of a sequence."""
    return [beat for movement in sequence["movements"] for beat in movement["beats"]]
