"""Small sessions written in several dialects, each with its own words, stamps and way of telling flows apart.

The texts are written here, not by what makes faults: what is made is held against them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.faults.declared_beats import DeclaredBeat

# Sequences by key: plugin, name, topic that starts it, and beats as topic and handler.
SEQUENCES = {
    "tea-brew": (
        *("TeaPlugin", "Tea Brew", "tea.ordered"),
        [("tea:boil", "boilWater"), ("tea:steep", "steepLeaves"), ("tea:pour", "pourTea")],
    ),
    "tea-serve": ("TeaPlugin", "Tea Serve", "tea.ready", [("tea:tray", "fillTray"), ("tea:bring", "bringTray")]),
    "cup-wash": ("CupPlugin", "Cup Wash", "cup.empty", [("cup:rinse", "rinseCup"), ("cup:dry", "dryCup")]),
}
START = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
STEP = timedelta(milliseconds=7)
ROUNDS = 6

TEAHOUSE = r"""
name = "teahouse"
title = "A dialect of the tests: comma stamps, one flow at a time, no clock of its own"
correlation = "sequential"

[detect]
patterns = ['^<\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}> \w+ \| ']
min_share = 0.5

[entry]
pattern = '^<(?P<emitted_at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})> (?P<severity>\w+) \| (?P<message>.*)'
[entry.time]
format = "%Y-%m-%d %H:%M:%S,%3f"
[entry.severity]
note = "info"
fault = "error"
""" + "".join(
    f"""
[[rules]]
message_type = "{signal}"
signal = "{signal}"
pattern = '{pattern}'
"""
    for signal, pattern in {
        "topic_published": r"^heard (?P<topic>\S+), (?P<item_count>\d+) way",
        "topic_routed": r"^(?P<topic>\S+) leads to (?P<plugin_name>\w+)/(?P<sequence_key>\S+)",
        "flow_started": r"^begin \[(?P<sequence_name>[^\]]*)\]$",
        "flow_completed": r"^end \[(?P<sequence_name>[^\]]*)\] after (?P<duration_ms>[\d.]+)",
        "flow_failed": r"^broke \[(?P<sequence_name>[^\]]*)\]: (?P<error_class>\w+) (?P<error_message>.+)",
        "movement_started": r"^part (?P<movement_name>\w+) of (?P<item_count>\d+)",
        "movement_completed": r"^part (?P<movement_name>\w+) took (?P<duration_ms>[\d.]+)",
        "beat_started": r"^step (?P<beat_number>\d+) (?P<topic>\S+)$",
        "beat_completed": r"^step (?P<beat_number>\d+) (?P<topic>\S+) took (?P<duration_ms>[\d.]+)",
        "beat_failed": r"^step (?P<beat_number>\d+) (?P<topic>\S+) broke: (?P<error_class>\w+) (?P<error_message>.+)",
        "subscribers_found": r"^(?P<item_count>[1-9]\d*) hands for (?P<topic>\S+)",
        "subscribers_absent": r"^no hands for (?P<topic>\S+)",
        "handler_started": r"^(?P<plugin_name>\w+)\.(?P<handler_name>\w+) takes (?P<topic>\S+)",
        "handler_settled": r"^(?P<plugin_name>\w+)\.(?P<handler_name>\w+) gives (?P<topic>\S+) (?P<duration_ms>[\d.]+)",
        "handler_failed": (
            r"^(?P<plugin_name>\w+)\.(?P<handler_name>\w+) drops (?P<topic>\S+): "
            r"(?P<error_class>\w+) (?P<error_message>.+)"
        ),
    }.items()
)


@dataclass
class Writer:
    """Writes lines, each some milliseconds after the one before."""

    style: str
    lines: list[str]
    now: datetime = START

    def say(self, message: str) -> None:
        """Write a line in the style of the dialect."""
        self.now += STEP
        stamp = f"{self.now:%Y-%m-%dT%H:%M:%S}.{self.now.microsecond // 1000:03d}Z"
        if self.style == "teahouse":
            self.lines.append(f"<{stamp[:-1].replace('T', ' ').replace('.', ',')}> note | {message}")
        else:
            self.lines.append(f"EventBus.ts:70 {stamp} {message}")

    @property
    def clock(self) -> str:
        """Return the application's own clock."""
        return f"{(self.now - START).total_seconds() * 1000:.2f}"


def declared_beats() -> list[DeclaredBeat]:
    """Return what is declared of the sequences."""
    return [
        DeclaredBeat(key, name, number, number, topic, handler, plugin)
        for key, (plugin, name, _, beats) in SEQUENCES.items()
        for number, (topic, handler) in enumerate(beats, 1)
    ]


def write_session(path: Path, style: str) -> None:
    """Write a session in which every sequence is played several times, one after another."""
    writer = Writer(style, [])
    for turn in range(ROUNDS):
        for key in SEQUENCES:
            (_teahouse_flow if style == "teahouse" else _conductor_flow)(writer, key, turn)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in writer.lines), encoding="utf-8")


def _teahouse_flow(writer: Writer, key: str, turn: int) -> None:
    plugin, name, published, beats = SEQUENCES[key]
    writer.say(f"heard {published}, 1 way")
    writer.say(f"{published} leads to {plugin}/{key}")
    writer.say(f"begin [{name}]")
    writer.say(f"part All of {len(beats)}")
    for number, (topic, handler) in enumerate(beats, 1):
        writer.say(f"step {number} {topic}")
        writer.say(f"1 hands for {topic}")
        writer.say(f"{plugin}.{handler} takes {topic}")
        writer.say(f"{plugin}.{handler} gives {topic} 7.0")
        writer.say(f"step {number} {topic} took 21.0")
    writer.say(f"part All took {len(beats) * 35}.0")
    writer.say(f"end [{name}] after {len(beats) * 35 + 14}.0")


def _conductor_flow(writer: Writer, key: str, turn: int) -> None:
    plugin, name, published, beats = SEQUENCES[key]
    writer.say(f"[EventRouter] Topic '{published}' definition:{{routes: 1")
    writer.say(f"[topics] Routing '{published}' -> {plugin}::{key}")
    writer.say(f'🎼 ExecutionQueue: Enqueued "{name}" with priority NORMAL (Queue size: 1)')
    writer.say(f'🎼 ExecutionQueue: Now executing "{name}"')
    writer.say('🎼 SequenceExecutor: Executing movement "All" (1/1)')
    writer.say(f"🆔 Request ID: {key}-{turn:013d}-abcdefghi")
    for number, (topic, _) in enumerate(beats, 1):
        writer.say(f"🥁 MovementExecutor: Executing beat {number} ({number}/{len(beats)})")
        writer.say(f"⏱️ PerformanceTracker: Started timing beat {number} for {name}")
        writer.say(f"🎵 Beat {number} Started: Some Beat ({topic})")
        writer.say(f'🕐 [EVENTBUS] Found 1 subscriber(s) for "{topic}"')
        for words in (
            'Calling subscriber 0 for "{}"',
            'Subscriber 0 for "{}" returned (sync)',
            'Subscriber 0 for "{}" promise resolved',
        ):
            stamp = f"{writer.now:%Y-%m-%dT%H:%M:%S}.{writer.now.microsecond // 1000:03d}Z"
            writer.say(f"🕐 [EVENTBUS] {words.format(topic)} at {stamp} (perf: {writer.clock}ms)")
        writer.say(f"⏱️ PerformanceTracker: Beat {number} completed in 40.00ms")
        writer.say(f"✅ BeatExecutor: Beat {number} ({topic}) completed in 40ms")
    writer.say(f"⏱️ PerformanceTracker: Movement All completed in {len(beats) * 50}.00ms")
    writer.say(f'✅ SequenceExecutor: Sequence "{name}" completed in {len(beats) * 50}ms')
