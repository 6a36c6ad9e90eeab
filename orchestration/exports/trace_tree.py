"""Which span encloses which: flow, movement, beat, handler. Shared by the formats that nest.

Times are not looked at: a handler whose promise ends after its beat still belongs to that beat.
"""

from collections import defaultdict
from collections.abc import Iterable

from orchestration.analysis.traces.trace_model import SessionTrace, Span

NESTED_KINDS = ("flow", "movement", "beat", "handler")


def parents_of(trace: SessionTrace) -> dict[str, str | None]:
    """Return the parent's span key of every flow, movement, beat and handler; null for flows and orphans."""
    keys = {span.span_key for span in trace.spans if span.kind in NESTED_KINDS}
    return {
        span.span_key: next((key for key in _candidates(span) if key in keys), None)
        for span in trace.spans
        if span.kind in NESTED_KINDS
    }


def children_of(trace: SessionTrace) -> defaultdict[str, list[Span]]:
    """Return the children of every span key, in order of start and line."""
    parents = parents_of(trace)
    groups: defaultdict[str, list[Span]] = defaultdict(list)
    for span in trace.spans:
        if (parent := parents.get(span.span_key)) is not None:
            groups[parent].append(span)
    return groups


def _candidates(span: Span) -> Iterable[str]:
    if span.kind == "flow":
        return
    if span.kind == "beat":
        yield f"{span.flow_id}/{span.facts.get('movement_name') or ''}"
    if span.parent_key:
        yield span.parent_key
    if span.flow_id:
        yield span.flow_id
