"""A project small enough to read: a log of two flows, two declared sequences, one source file."""

import json
from dataclasses import dataclass
from pathlib import Path

SOURCE = """\
export const boilWater = (cups: number) => cups * 2;
export async function pourTea(cup: string): Promise<string> {
  return cup;
}
export function washCup(cup: string) {
  return cup;
}
"""

SEQUENCES = {
    "tea-brew": ("Tea Brew", [("tea:brew:boil", "boilWater"), ("tea:brew:pour", "pourTea")]),
    "tea-wash": ("Tea Wash", [("tea:wash:cup", "washCup")]),
}


@dataclass(frozen=True)
class TinyProject:
    """Where the parts of the project are."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def arguments(self) -> list[str]:
        folder = self.folder
        return [
            *("--logs", str(folder / "logs"), "--code", str(folder / "src")),
            *("--sequences", str(folder / "json-sequences")),
        ]


def write_project(folder: Path) -> TinyProject:
    """Write the project below `folder`."""
    project = TinyProject(folder)
    for name in ("logs", "src", "json-sequences"):
        (folder / name).mkdir(parents=True)
    (folder / "src" / "tea.ts").write_text(SOURCE, encoding="utf-8")
    for key, (name, beats) in SEQUENCES.items():
        declared = [
            {
                "beat": number,
                "event": topic,
                "handler": handler,
                "title": handler,
                "timing": "immediate",
                "kind": "pure",
            }
            for number, (topic, handler) in enumerate(beats, start=1)
        ]
        sequence = {
            "id": key,
            "name": name,
            "pluginId": "TeaPlugin",
            "movements": [{"id": "all", "name": "All", "beats": declared}],
        }
        (folder / "json-sequences" / f"{key}.json").write_text(json.dumps(sequence), encoding="utf-8")
    write_log(project, "morning", ["tea-brew", "tea-wash"])
    return project


def write_log(project: TinyProject, name: str, keys: list[str], id_count: int | None = None) -> Path:
    """Write a log in which the given sequences are played one after another; flows have ids of their own.

    With `id_count` the application begins to count anew after so many flows, as after a restart.
    """
    path = project.logs / f"{name}.log"
    lines = ["INFO [app] app.release release=1.0 app=tea", f"INFO [app] session.start session={name}"]
    for number, key in enumerate(keys):
        lines += flow_lines(key, f"{name}-{number % (id_count or len(keys))}")
    stamped = [f"2026-11-20T10:00:{place // 100:02}.{place % 100:02}0Z  {line}" for place, line in enumerate(lines)]
    path.write_text("\n".join(stamped) + "\n", encoding="utf-8")
    return path


def flow_lines(key: str, flow: str) -> list[str]:
    """Return what the application writes while it plays a sequence."""
    name, beats = SEQUENCES[key]
    lines = [
        f'INFO [conductor] flow.queued flow={flow} seq={key} name="{name}" depth=1',
        f'INFO [conductor] flow.started flow={flow} seq={key} name="{name}" waited=0.100ms',
        f'INFO [tea] movement.start flow={flow} name="{name}" movement="All" beats={len(beats)}',
    ]
    for number, (topic, handler) in enumerate(beats, start=1):
        beat = f'flow={flow} name="{name}" movement="All" n={number} topic={topic}'
        call = f"flow={flow} topic={topic} i=0 plugin=TeaPlugin handler={handler}"
        lines += [
            f"INFO [tea] beat.start {beat}",
            f"DEBUG [bus] bus.subscribers flow={flow} topic={topic} n=1",
            f"DEBUG [tea] handler.start {call}",
            f"DEBUG [tea] handler.done {call} took=1.250ms",
            f"INFO [tea] beat.done {beat} took=1.500ms",
        ]
    return [
        *lines,
        f'INFO [tea] movement.done flow={flow} name="{name}" movement="All" took=4.000ms',
        f'INFO [conductor] flow.done flow={flow} seq={key} name="{name}" took=4.200ms',
    ]
