"""What the corpus' declarations say of sequences and handlers, as far as making faults needs it."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DeclaredBeat:
    """A declared beat: its sequence, number and topic, its handler and the plugin that owns it."""

    sequence_key: str
    sequence_name: str
    number: int
    topic: str
    handler: str
    plugin: str


def declared_beats(corpus: Path) -> list[DeclaredBeat]:
    """Read all beats of the corpus' sequences, in order."""
    beats = []
    for path in sorted((corpus / "declared").rglob("json-sequences/**/*.json")):
        declaration = json.loads(path.read_text(encoding="utf-8"))
        if "id" not in declaration:
            continue
        owner = declaration["id"], declaration["name"]
        for movement in declaration["movements"]:
            beats += [
                DeclaredBeat(*owner, beat["beat"], beat["event"], beat["handler"], declaration["pluginId"])
                for beat in movement["beats"]
            ]
    return list(dict.fromkeys(beats))
