"""What a session's timeline shows, in one sentence: the heading above the drawing.

What went wrong comes first, then the flow furthest beyond its usual time, else the sequence that took most of the time.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from docs_site.html.number_format import format_duration, plural
from docs_site.pages.timeline_typical import TypicalTimes
from docs_site.queries.durations import ENOUGH
from orchestration.analysis.traces.trace_model import SessionTrace

# The words of the statuses that are no good end.
_BAD = {"failed": "failed", "incomplete": "did not end", "never_started": "never started"}
# From twice its median on a flow is worth a heading: the same measure as the mark "slow" on the drawing.
_FAR = 2.0


@dataclass(frozen=True, slots=True)
class PlayedFlow:
    """What a finding needs of a flow; plain values, so that they can be remembered without the trace."""

    name: str
    status: str
    duration_ms: float | None
    started_ms: float
    line_number: int


def flows_of(trace: SessionTrace) -> list[PlayedFlow]:
    """Return the flows of a session in the order they are drawn in."""
    return [
        PlayedFlow(span.name, span.status, span.duration_ms, span.started_ms, span.line_number)
        for span in trace.spans
        if span.kind == "flow"
    ]


def finding_of(flows: Sequence[PlayedFlow], times: TypicalTimes, has_clock: bool) -> str:
    """Return the finding, as plain text."""
    if not flows:
        return "No flow was played in this session"
    said = [part for part in (_bad_ends(flows), _furthest(flows, times, has_clock)) if part]
    return "; ".join(said) or _busiest(flows)


def _bad_ends(flows: Sequence[PlayedFlow]) -> str:
    ends = Counter(flow.status for flow in flows if flow.status in _BAD)
    words = [f"{count:,} {_BAD[status]}" for status, count in sorted(ends.items())]
    return f"Of {plural(len(flows), 'flow')} {', '.join(words)}" if words else ""


def _furthest(flows: Sequence[PlayedFlow], times: TypicalTimes, has_clock: bool) -> str:
    def excess(flow: PlayedFlow) -> float:
        typical = times.sequences.get(flow.name)
        if typical is None or typical.n < ENOUGH or flow.duration_ms is None:
            return 0.0
        is_far = flow.duration_ms > typical.p95_ms and flow.duration_ms >= _FAR * typical.p50_ms
        return flow.duration_ms - typical.p50_ms if is_far else 0.0

    flow = max(flows, key=excess)
    if excess(flow) < 1.0:
        return ""
    typical = times.sequences[flow.name]
    place = f"at +{flow.started_ms / 1000:,.1f} s" if has_clock else f"on line {flow.line_number:,}"
    usual = f"its median is {format_duration(typical.p50_ms)} (n = {typical.n:,})"
    return f"{flow.name} {place} took {format_duration(flow.duration_ms)}, {usual}"


def _busiest(flows: Sequence[PlayedFlow]) -> str:
    totals: defaultdict[str, float] = defaultdict(float)
    for flow in flows:
        totals[flow.name] += flow.duration_ms or 0.0
    name, most = max(totals.items(), key=lambda item: item[1])
    whole = sum(totals.values())
    count = plural(len(flows), "flow")
    return f"{name} takes {100 * most / whole:.0f}% of the time of {count}" if whole else f"{count}, none timed"
