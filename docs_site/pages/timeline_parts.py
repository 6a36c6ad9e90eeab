"""The data files of a session's timeline: one, or of a long session an overview and a file for each of its parts.

A part is what begins in a stretch of time, with the spans that reach into it and those its own belong to, so that it is
drawn like a session of its own. In the overview a lane's items stand in groups, each with what it holds. The other half
is assets/timeline_parts.js; what a part or a short session looks like as data is timeline_payload.py.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docs_site.engine.memory import Memory
from docs_site.html.links import lines_url, relative_link, timeline_url
from docs_site.html.page import DataFile, KeptFile
from docs_site.html.side_file import Strings, side_script
from docs_site.pages.timeline_payload import LANE_KINDS, Payload, PayloadBuilder, is_shown, milliseconds, session_head
from orchestration.analysis.traces.trace_model import Mark, SessionTrace, Span

# As many spans and marks a browser unpacks and draws in a fraction of a second: some 20 MB of log.
PART_ITEMS = 20_000
# Up to so many times as much is still one file: an overview of one part and a half would be in the way.
_SHORT = 1.5
# A lane of the overview has about so many groups, twice as many where it is often silent: more no screen can show.
MOST_GROUPS = 400
# The longest of a lane stand alone, so that no group seems to last as long.
_MOST_LONG, _LONG_SHARE = 100, 0.01
# Of what a group holds the most frequent are named.
_NAMED = 5
_BAD = frozenset({"failed", "error", "critical", "never_started"})
_WORST_MARKS = ("error", "deviation", "warning")

Item = Span | Mark


def session_files(trace: SessionTrace, memory: Memory, most: int = PART_ITEMS) -> Iterator[DataFile | KeptFile]:
    """Yield the files, the one to read first in front; with a memory each is written before the next is made."""
    lines = relative_link(timeline_url(trace.session_id), lines_url(trace.session_id))
    key, path = f"timeline:{trace.session_id}", f"timeline/data/{trace.session_id}"
    if len(trace.spans) + len(trace.marks) <= _SHORT * most:
        yield memory.set_aside(DataFile(f"{path}.js", side_script(key, PayloadBuilder(trace).build(lines))))
        return
    parts, files = [], []
    for part in cut_trace(trace, most):
        script = side_script(f"{key}:{part.number}", PayloadBuilder(part.trace).build(lines))
        files.append(memory.set_aside(DataFile(f"{path}-{part.number}.js", script)))
        parts.append(part.about())
    yield memory.set_aside(DataFile(f"{path}.js", side_script(key, overview(trace, lines, parts))))
    yield from files


@dataclass(frozen=True, slots=True)
class Part:
    """What begins from `from_ms` to the next part's; `trace` holds more: what that belongs to or reaches into it."""

    number: int
    from_ms: float
    own: tuple[Item, ...]
    trace: SessionTrace

    def about(self) -> dict[str, Any]:
        """Return what the overview says of the part."""
        lines = [item.line_number for item in self.own]
        flows = [item.span_key for item in self.own if isinstance(item, Span) and item.kind == "flow"]
        return {"from": milliseconds(self.from_ms), "lines": [min(lines), max(lines)], "flows": flows}


def cut_trace(trace: SessionTrace, most: int = PART_ITEMS) -> Iterator[Part]:
    """Yield the parts of a session in order of time; one part when it is short."""
    items: list[Item] = sorted((*trace.spans, *trace.marks), key=_start)
    starts = [_start(item) for item in items]
    count = max(1, round(len(items) / most))
    # What begins at one moment stays together.
    borders = sorted({bisect_left(starts, starts[len(items) * number // count]) for number in range(count)} | {0})
    for number, (first, end) in enumerate(zip(borders, [*borders[1:], len(items)], strict=True)):
        yield _part(number, trace, items, first, end)


def _part(number: int, trace: SessionTrace, items: Sequence[Item], first: int, end: int) -> Part:
    own = tuple(items[first:end])
    from_ms = _start(own[0])
    wanted = {key for item in own for key in _belongs_to(item)}
    before = (item for item in items[:first] if isinstance(item, Span))
    reaching = [span for span in before if span.ended_ms > from_ms or span.span_key in wanted]
    chosen = {id(item) for item in (*own, *reaching)}
    spans = tuple(span for span in trace.spans if id(span) in chosen)
    marks = tuple(mark for mark in trace.marks if id(mark) in chosen)
    return Part(number, from_ms, own, replace(trace, spans=spans, marks=marks))


def _belongs_to(item: Item) -> Iterator[str]:
    keys = (item.flow_id, item.handler_key, item.beat_key) if isinstance(item, Mark) else (item.flow_id,)
    yield from (key for key in keys if key)


def overview(trace: SessionTrace, lines_link: str, parts: Sequence[Payload], most: int = MOST_GROUPS) -> Payload:
    """Return the payload of a whole session as groups; `parts` is what is said of its parts."""
    strings = Strings()
    items: list[Item] = [*trace.spans, *filter(is_shown, trace.marks)]
    found = ([item for item in items if item.kind in kinds] for kinds in LANE_KINDS)
    lanes = [_overview_lane(own, strings, most) for own in found]
    return {
        **session_head(trace, lines_link),
        "lanes": [lane for lane in lanes if lane],
        "flowIds": [],
        "typicalKeys": [],
        "strings": strings.texts,
        "parts": parts,
    }


def _overview_lane(items: Sequence[Item], strings: Strings, most: int) -> Payload | None:
    """Return a lane with the columns that timeline_payload.py gives it, and `count`."""
    groups = [_group(items, strings) for items in _groups(items, most)]
    if not groups:
        return None
    columns = {name: [group[name] for group in groups] for name in groups[0] if name != "facts"}
    facts = [number for place, group in enumerate(groups) for pair in group["facts"] for number in (place, *pair)]
    kind = next(kinds[0] for kinds in LANE_KINDS if items[0].kind in kinds)
    return {"kind": kind, "isMarks": isinstance(items[0], Mark), "isGroups": True, **columns, "facts": facts}


def _groups(items: Sequence[Item], most: int) -> Iterator[list[Item]]:
    """Yield neighbours as groups of about the same size, parted where a lane is silent longest."""
    ends = [_end(item) for item in items]
    gaps = sorted((_start(item) - ends[place - 1], place) for place, item in enumerate(items) if place)
    parted = {place for gap, place in gaps[-most:] if gap > 0}
    long = sorted((ends[place] - _start(item), place) for place, item in enumerate(items))[-_MOST_LONG:]
    whole = max(ends, default=0.0) - min(map(_start, items), default=0.0)
    parted |= {place + step for length, place in long if length > _LONG_SHARE * whole for step in (0, 1)}
    size = -(-len(items) // most)
    group: list[Item] = []
    for place, item in enumerate(items):
        if group and (place in parted or len(group) >= size):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _group(items: Sequence[Item], strings: Strings) -> dict[str, Any]:
    first = items[0]
    bad = sum(_status(item) in _BAD for item in items)
    names = Counter(item.name for item in items)
    facts = [(name, f"{count:,}") for name, count in names.most_common(_NAMED)]
    facts += [("other names", f"{len(names) - _NAMED:,}")] * (len(names) > _NAMED)
    facts += [("failed", f"{bad:,}")] * (bad > 0)
    kinds = {item.kind for item in items}
    ended = max(map(_end, items))
    return {
        "start": milliseconds(_start(first)),
        "drawn": milliseconds(ended - _start(first)),
        "duration": None,
        "name": strings.number(first.name if len(items) == 1 else f"{first.name} and {len(items) - 1:,} more"),
        "status": strings.number("failed" if bad else _status(first) if len(items) == 1 else "several"),
        "mark": strings.number(next((kind for kind in _WORST_MARKS if kind in kinds), first.kind)),
        "line": min(item.line_number for item in items),
        "count": len(items),
        "facts": [(strings.number(word), strings.number(value)) for word, value in facts],
    }


def _start(item: Item) -> float:
    return item.started_ms if isinstance(item, Span) else item.at_ms


def _end(item: Item) -> float:
    return item.ended_ms if isinstance(item, Span) else item.at_ms


def _status(item: Item) -> str:
    return item.status if isinstance(item, Span) else item.kind
