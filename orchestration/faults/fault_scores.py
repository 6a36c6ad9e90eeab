"""Holds what was found against the faults that were made: found or missed, named by what, and what else was said.

Pure: faults and findings in, scores out. A finding counts as found when it is new (the original session does not have
it), of the right kind and at the right place. A new finding that names neither the fault's place nor what follows from
it is a false alarm.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.faults.scene import Fault

DEVIATION, ANOMALY, CAUSE = "deviation", "anomaly", "cause"

# The classes of deviation that name a kind of fault. Kinds that break no order are found by anomalies alone.
RIGHT_CLASSES: Mapping[str, frozenset[str]] = {
    "beat_fails": frozenset({"failed_beat"}),
    "flow_aborts": frozenset({"failed_beat", "failed_flow"}),
    "beat_skipped": frozenset({"missing_beat"}),
    "beat_repeated": frozenset({"repeated_beat"}),
    "beat_reordered": frozenset({"out_of_order_beat"}),
    "beat_undeclared": frozenset({"unexpected_beat"}),
    "no_subscriber": frozenset({"no_subscriber"}),
    "topic_unrouted": frozenset({"unrouted_topic", "misrouted_topic"}),
    "topic_misrouted": frozenset({"misrouted_topic"}),
    "flow_hangs": frozenset({"hung_flow"}),
    "handler_throws": frozenset({"handler_failed"}),
    "log_cut": frozenset({"incomplete_flow"}),
}
# The learned detectors that can tell a kind which breaks no order; any of them at the right place counts.
STALL_DETECTORS = frozenset({"silent_gap", "handler_duration"})
SLOW_KINDS = frozenset({"slow_factor", "slow_more", "slow_some"})
# Kinds whose place is a handler, which may listen to several topics.
_OF_HANDLERS = SLOW_KINDS | {"handler_throws"}
# What follows from flows that never end or never begin.
AFTERMATH = frozenset({"never_started_flow", "incomplete_flow", "incomplete_beat", "hung_flow"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A warning or worse: which check says it of which session, and where."""

    log_file_path: str
    source: str
    check: str
    severity: str
    sequence_name: str | None
    topic: str | None
    handler_name: str | None
    line_number: int

    @property
    def key(self) -> tuple[str | None, ...]:
        """Return what makes two findings the same in two copies of a session."""
        return self.source, self.check, self.sequence_name, self.topic, self.handler_name


@dataclass(frozen=True, slots=True)
class Judged:
    """A fault and what became of it: the findings that name it, those that follow from it, and false alarms."""

    fault: Fault
    log_file_path: str
    original_path: str
    named: tuple[Finding, ...]
    consequences: tuple[Finding, ...]
    false_alarms: tuple[Finding, ...]
    cause_rank: int | None
    is_found_simply: bool | None

    @property
    def is_found(self) -> bool:
        """Tell whether some finding names it."""
        return bool(self.named)


def judge_fault(
    fault: Fault,
    paths: tuple[str, str],
    found: Sequence[Finding],
    before: Sequence[Finding],
    *,
    causes: Sequence[Finding] = (),
    is_found_simply: bool | None = None,
) -> Judged:
    """Sort what is new in a changed session; `paths` are of the copy and of its original, `causes` ranked."""
    named, follows, others = [], [], []
    for one in new_findings(found, before):
        if is_right(one, fault):
            named.append(one)
        elif is_consequence(one, fault):
            follows.append(one)
        else:
            others.append(one)
    rank = next((place for place, cause in enumerate(causes, 1) if _is_cause(cause, fault)), None)
    return Judged(fault, *paths, tuple(named), tuple(follows), tuple(others), rank, is_found_simply)


def new_findings(found: Iterable[Finding], before: Iterable[Finding]) -> list[Finding]:
    """Return the findings beyond those of the original, equal ones counted."""
    left = Counter(one.key for one in before)
    new = []
    for one in found:
        if left[one.key]:
            left[one.key] -= 1
        else:
            new.append(one)
    return new


def is_right(finding: Finding, fault: Fault) -> bool:
    """Tell whether a finding says what was done, and where."""
    if finding.source == DEVIATION:
        return finding.check in RIGHT_CLASSES.get(fault.kind, frozenset()) and _is_at_place(finding, fault)
    if fault.kind == "stall":
        return finding.check in STALL_DETECTORS
    return _is_at_place(finding, fault)


def _is_cause(cause: Finding, fault: Fault) -> bool:
    """Tell whether a ranked cause names what was changed."""
    return cause.check == "unblock_thread" if fault.kind == "stall" else _is_at_place(cause, fault)


def _is_at_place(finding: Finding, fault: Fault) -> bool:
    """Tell whether a finding names the topic or handler, or the sequence where it names nothing smaller."""
    if fault.kind in _OF_HANDLERS:
        if finding.handler_name is None:
            return finding.topic is not None and finding.topic == fault.topic
        return finding.handler_name == fault.handler_name
    if finding.topic is not None and fault.topic is not None and not _is_flow_wide(fault):
        return finding.topic in (fault.topic, fault.other_topic) or (
            finding.source != DEVIATION and _is_of_sequence(finding, fault)
        )
    if finding.handler_name is not None and fault.handler_name is not None and not _is_flow_wide(fault):
        return finding.handler_name == fault.handler_name
    return _is_of_sequence(finding, fault) or (finding.topic is not None and finding.topic == fault.topic)


def _is_flow_wide(fault: Fault) -> bool:
    return fault.kind in ("flow_hangs", "log_cut", "storm")


def _is_of_sequence(finding: Finding, fault: Fault) -> bool:
    return finding.sequence_name is not None and finding.sequence_name == fault.sequence_name


def is_consequence(finding: Finding, fault: Fault) -> bool:
    """Tell whether a finding that does not name the fault is true all the same because of it."""
    if fault.kind == "stall":
        # Everything that ran while the application stood still is late.
        return finding.source == ANOMALY
    if finding.check in AFTERMATH and fault.kind in ("flow_hangs", "log_cut", "storm", "topic_misrouted"):
        return True
    place = {fault.sequence_name, fault.topic, fault.handler_name, fault.other_topic, *fault.touched} - {None}
    return bool(place & {finding.sequence_name, finding.topic, finding.handler_name})
