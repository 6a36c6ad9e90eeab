"""What is declared of sequences and handlers, as far as making faults needs it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeclaredBeat:
    """A declared beat: its sequence, place and topic, its handler and the plugin that owns it."""

    sequence_key: str
    sequence_name: str
    position: int
    number: int
    topic: str
    handler: str | None
    plugin: str | None


class Declared:
    """All declared beats, by sequence and by topic."""

    def __init__(self, beats: Iterable[DeclaredBeat]) -> None:
        """Sort them."""
        self._by_sequence: defaultdict[str, list[DeclaredBeat]] = defaultdict(list)
        self._by_topic: defaultdict[str, list[DeclaredBeat]] = defaultdict(list)
        self.names: dict[str, str] = {}
        for beat in sorted(beats, key=lambda one: (one.sequence_key, one.position)):
            self._by_sequence[beat.sequence_name].append(beat)
            self._by_topic[beat.topic].append(beat)
            self.names[beat.sequence_key] = beat.sequence_name

    def beats(self, sequence: str) -> list[DeclaredBeat]:
        """Return the beats of a sequence by its name, or by its key where the log says that."""
        return self._by_sequence.get(sequence) or self._by_sequence.get(self.names.get(sequence, ""), [])

    def only_listener(self, topic: str) -> DeclaredBeat | None:
        """Return the one declared beat of a topic; None when several sequences or handlers share it."""
        found = self._by_topic.get(topic, [])
        return found[0] if len(found) == 1 else None
