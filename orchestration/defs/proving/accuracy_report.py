"""The figures of `sightline prove` as they are kept and shown: per kind of fault, per check, and what was missed.

Counts and intervals only; what counts as found is orchestration/faults/fault_scores.py.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from math import sqrt
from typing import Any

from orchestration.defs.proving.fault_plan import Copy, Roster
from orchestration.defs.proving.judging import Judgements
from orchestration.faults.fault_making import KINDS, Kind
from orchestration.faults.fault_scores import Finding, Judged, new_findings
from orchestration.faults.slower_builds import Outcome

_Z = 1.959964
# A page shows so many causes of a session at first.
MOST_CAUSES = 3


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures rest on."""

    seed: int
    roster: Roster
    judged_by: str
    seconds: float


def wilson_interval(part: int, whole: int) -> tuple[float, float] | None:
    """Return the 95% interval of a share in percent (Wilson 1927); None of nothing."""
    if not whole:
        return None
    share, spread = part / whole, _Z * _Z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return round(100 * max(middle - half, 0.0), 1), round(100 * min(middle + half, 1.0), 1)


def report_of(
    basis: Basis,
    judged: Sequence[Judged],
    judgements: Mapping[str, Judgements],
    reasons: Mapping[str, Counter[str]],
    dropped: Sequence[Copy],
) -> dict[str, Any]:
    """Return the whole report as plain values."""
    untouched = _untouched(basis.roster, judgements)
    by_kind: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_kind[one.fault.kind].append(one)
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sightline_version": version("sightline"),
        "judged_by": basis.judged_by,
        "seed": basis.seed,
        "seconds": basis.seconds,
        "training_session_count": len(basis.roster.training),
        "held_out_session_count": len(basis.roster.held_out),
        "fault_count": len(judged),
        "dropped": [{"log_file_path": copy.log_file_path, "kind": copy.fault.kind} for copy in dropped],
        "total": _recall(judged),
        "kinds": [_kind(kind, by_kind[kind.name], reasons.get(kind.name, Counter())) for kind in KINDS],
        "checks": _checks(judged, untouched),
        "simple": _simple(judged, basis.roster, judgements["after"]),
        "untouched": [_finding(one) for one in untouched["new"]],
        "faults": [_fault(one) for one in judged],
    }


def slower_builds_of(session_count: int, outcomes: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    """Return what was found of handlers slowed in half of the sessions of one build."""
    rows = []
    for title, tried in outcomes.items():
        found, visible = sum(one.is_found for one in tried), [one for one in tried if one.is_visible]
        rows.append(
            {
                "title": title,
                "made": len(tried),
                "found": found,
                "recall_interval": wilson_interval(found, len(tried)),
                "detectable": len(visible),
                "detectable_found": sum(one.is_found for one in visible),
                "false_alarms": sum(one.other_alarms for one in tried),
            }
        )
    return {"session_count": session_count, "changes": rows}


def _recall(judged: Sequence[Judged]) -> dict[str, Any]:
    found = sum(one.is_found for one in judged)
    return {
        "made": len(judged),
        "found": found,
        "recall_interval": wilson_interval(found, len(judged)),
        "cause_first": sum(one.cause_rank == 1 for one in judged),
        "cause_among_three": sum(one.cause_rank is not None and one.cause_rank <= MOST_CAUSES for one in judged),
    }


def _kind(kind: Kind, judged: Sequence[Judged], reasons: Counter[str]) -> dict[str, Any]:
    simple = [one.is_found_simply for one in judged if one.is_found_simply is not None]
    named_by = Counter(check for one in judged for check in sorted({finding.check for finding in one.named}))
    return {
        "kind": kind.name,
        "title": kind.title,
        **_recall(judged),
        "found_simply": sum(simple) if simple else None,
        "named_by": dict(named_by.most_common()),
        "why_none": None if judged or not reasons else reasons.most_common(1)[0][0],
    }


def _checks(judged: Sequence[Judged], untouched: Mapping[str, list[Finding]]) -> list[dict[str, Any]]:
    """Return a row per check that said anything new: how much of it was true."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in judged:
        for word, findings in (("named", one.named), ("follows", one.consequences), ("false", one.false_alarms)):
            for source, check in {(finding.source, finding.check) for finding in findings}:
                counts[source, check][word] += 1
    for word, found in (("false", untouched["new"]), ("known", untouched["known"])):
        for source, check, _ in {(one.source, one.check, one.log_file_path) for one in found}:
            counts[source, check][word] += 1
    rows = []
    for (source, check), count in sorted(counts.items()):
        true = count["named"] + count["follows"]
        rows.append(
            {
                "source": source,
                "check": check,
                "named": count["named"],
                "follows": count["follows"],
                "false_alarms": count["false"],
                "already_there": count["known"],
                "precision_interval": wilson_interval(true, true + count["false"]),
            }
        )
    return rows


def _untouched(roster: Roster, judgements: Mapping[str, Judgements]) -> dict[str, list[Finding]]:
    """Return what is said of held-out originals: beyond what the home says of them, and what it says itself."""
    new, known = [], []
    for path in roster.held_out:
        after, before = (judgements[word].findings(path) for word in ("after", "before"))
        new += new_findings(after, before)
        known += before
    return {"new": new, "known": known}


def _simple(judged: Sequence[Judged], roster: Roster, after: Judgements) -> dict[str, Any]:
    """Return what simple rules find of the faults they can find, and say of sessions nobody touched."""
    able = [one for one in judged if one.is_found_simply is not None]
    found = sum(bool(one.is_found_simply) for one in able)
    return {
        "made": len(able),
        "found": found,
        "recall_interval": wilson_interval(found, len(able)),
        "found_by_sightline": sum(one.is_found for one in able),
        "findings_per_untouched_session": round(
            sum(after.simple_findings(path) for path in roster.held_out) / max(len(roster.held_out), 1), 2
        ),
        "sightline_per_untouched_session": round(
            sum(len(after.findings(path)) for path in roster.held_out) / max(len(roster.held_out), 1), 2
        ),
    }


def _fault(one: Judged) -> dict[str, Any]:
    return {
        "log_file_path": one.log_file_path,
        "original_path": one.original_path,
        **asdict(one.fault),
        "is_found": one.is_found,
        "is_found_simply": one.is_found_simply,
        "cause_rank": one.cause_rank,
        "named_by": sorted({finding.check for finding in one.named}),
        "false_alarms": [_finding(finding) for finding in one.false_alarms],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return asdict(one)
