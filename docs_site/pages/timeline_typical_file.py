"""What is typical, as the data file that all timelines of a dialect share: figures by key, and the typical flows.

Each session more changes these figures a little; in one file they change alone, and the sessions' own files stay as
they are. The other half is assets/timeline_model.js.
"""

from typing import Any

from docs_site.html.page import DataFile
from docs_site.html.side_file import side_script
from docs_site.pages.timeline_payload import milliseconds
from docs_site.pages.timeline_typical import Typical, TypicalTimes, typical_key
from docs_site.queries.durations import ENOUGH
from orchestration.domain.identifiers import stable_id


def typical_path(dialect: str | None) -> str:
    """Return where the file of a dialect is."""
    return f"timeline/data/typical-{stable_id('dialect', dialect)}.js"


def typical_data_key(dialect: str | None) -> str:
    """Return the key the file offers its value under."""
    return f"timeline:typical:{stable_id('dialect', dialect)}"


def typical_file(dialect: str | None, times: TypicalTimes) -> DataFile:
    """Return the data file of a dialect."""
    return DataFile(typical_path(dialect), side_script(typical_data_key(dialect), typical_value(times)))


def typical_value(times: TypicalTimes) -> dict[str, Any]:
    """Return the figures as [key, n, median, 95th percentile or null], and the typical flow of every sequence."""
    figures = [
        *((typical_key("flow", name), typical) for name, typical in times.sequences.items()),
        *((typical_key("beat", name, key), beat.duration) for (name, key), beat in times.beats.items()),
        *((typical_key("handler", plugin, name), typical) for (plugin, name), typical in times.handlers.items()),
    ]
    ghosts = [_ghost(times, name) for name in sorted(times.sequences)]
    return {"figures": [_figure(key, typical) for key, typical in figures], "ghosts": [g for g in ghosts if g["beats"]]}


def _figure(key: str, typical: Typical) -> list[Any]:
    p95 = milliseconds(typical.p95_ms) if typical.n >= ENOUGH else None
    return [key, typical.n, milliseconds(typical.p50_ms), p95]


def _ghost(times: TypicalTimes, name: str) -> dict[str, Any]:
    typical = times.sequences[name]
    beats = [
        [beat.key, beat.title, beat.duration.n, milliseconds(beat.duration.p50_ms), milliseconds(beat.offset_ms)]
        for beat in times.beats_of(name)
    ]
    return {"sequence": name, "n": typical.n, "p50": milliseconds(typical.p50_ms), "beats": beats}
