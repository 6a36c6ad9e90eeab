"""What `sightline replay` says: one flow in full, many flows as counts with their first divergences, all as JSON.

Everything from a log is made printable first.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from orchestration.analysis.replay.replay_compare import Comparison
from orchestration.analysis.replay.replay_model import Divergence, ReplayBundle, ReplayLevel
from orchestration.cli.summary import printable
from orchestration.domain.amounts import more
from orchestration.exports.json_bytes import json_bytes

_MOST_FLOWS = 10
_AGAINST = {
    "structural": "the declaration",
    "stubbed": "what each handler did in production",
    "live": "what production logged",
}


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """How one flow replayed; `is_played` is false where nothing is declared or the application refused."""

    bundle: ReplayBundle
    divergence: Divergence | None
    is_played: bool
    comparison: Comparison | None = None
    stand_ins: tuple[str, ...] = ()
    unstable_step: Divergence | None = None
    unstable_keys: tuple[str, ...] = ()
    error: str | None = None


def describe(results: Sequence[ReplayResult], level: ReplayLevel) -> Iterator[str]:
    """Yield the lines of a report."""
    if len(results) == 1:
        yield from _describe_one(results[0], level)
    else:
        yield from _describe_many(results, level)


def results_file(results: Sequence[ReplayResult], level: ReplayLevel) -> bytes:
    """Return all results as JSON."""
    return json_bytes({"level": level, "results": [_result_object(result) for result in results]})


def _describe_one(result: ReplayResult, level: ReplayLevel) -> Iterator[str]:
    bundle = result.bundle
    yield f"{printable(bundle.sequence_name)}, flow {bundle.flow_id}, {bundle.status} in production"
    yield f"level          {level}, against {_AGAINST[level]}"
    yield f"steps          {len(bundle.observed):,} beats, {_handler_count(bundle):,} handlers"
    yield f"result         {_outcome(result)}"
    if result.comparison:
        yield f"state          {_state(result.comparison)}"
    if result.stand_ins:
        yield f"stood in for   {printable(', '.join(result.stand_ins))}"
    if result.unstable_step or result.unstable_keys:
        yield f"differs between repeats: {_unstable(result)}"
    yield f"replayability  {bundle.replayability_pct:.1f}% from the log alone (level {bundle.logged_level})"
    for missing in (bundle.missing_fields or "").split("; "):
        if missing:
            yield f"  would raise it: {printable(missing)} points"


def _describe_many(results: Sequence[ReplayResult], level: ReplayLevel) -> Iterator[str]:
    played = [result for result in results if result.is_played]
    diverging = [result for result in played if result.divergence]
    yield f"{len(results):,} flows, {len(played):,} played at level {level}"
    yield f"{len(played) - len(diverging):,} as {_AGAINST[level]} has them, {len(diverging):,} depart from it"
    for kind, count in Counter(result.divergence.kind for result in diverging if result.divergence).most_common():
        yield f"  {kind.replace('_', ' ')}: {count:,}"
    for result in diverging[:_MOST_FLOWS]:
        yield f"  {result.bundle.flow_id} {printable(result.bundle.sequence_name)}: {_outcome(result)}"
    if rest := more(len(diverging), _MOST_FLOWS):
        yield f"  {rest}; --out writes all of them"
    for result in [result for result in results if not result.is_played][:_MOST_FLOWS]:
        yield f"  not played: {result.bundle.flow_id} {printable(result.bundle.sequence_name)}: {_outcome(result)}"
    stood_in = Counter(key for result in played for key in result.stand_ins)
    if stood_in:
        yield "stood in for   " + printable(", ".join(f"{key} ({count:,})" for key, count in stood_in.most_common()))
    unstable = sum(bool(result.unstable_step or result.unstable_keys) for result in played)
    if unstable:
        yield f"{unstable:,} differ between repeats"
    mean = sum(result.bundle.replayability_pct for result in results) / len(results)
    yield f"replayability  {mean:.1f}% on average, from the log alone"


def _outcome(result: ReplayResult) -> str:
    if not result.is_played:
        return printable(result.error or "no declaration to replay against")
    found = result.divergence
    if found is None:
        return "no divergence"
    line = f", line {found.line_number:,}" if found.line_number else ""
    place = f"{found.kind.replace('_', ' ')} at step {found.position:,}{line}"
    return f"{place}: expected {printable(found.expected)}, found {printable(found.observed)}"


def _state(comparison: Comparison) -> str:
    if not comparison.change_count:
        return "no change of the state is logged before that"
    keys = f"{comparison.equal_key_count:,} of {comparison.change_count:,} changes of keys"
    return f"{keys} and {comparison.equal_value_count:,} of {comparison.value_count:,} whole values are the same"


def _unstable(result: ReplayResult) -> str:
    step = f"step {result.unstable_step.position:,}" if result.unstable_step else ""
    return printable(", ".join(part for part in (step, *result.unstable_keys) if part))


def _handler_count(bundle: ReplayBundle) -> int:
    return sum(len(step.handlers) for step in bundle.observed)


def _result_object(result: ReplayResult) -> dict[str, Any]:
    bundle = result.bundle
    return {
        "flow_id": bundle.flow_id,
        "sequence_key": bundle.sequence_key,
        "session_name": bundle.facts.get("session_name"),
        "is_played": result.is_played,
        "divergence": asdict(result.divergence) if result.divergence else None,
        "comparison": _counts(result.comparison),
        "stand_ins": list(result.stand_ins),
        "unstable_step": asdict(result.unstable_step) if result.unstable_step else None,
        "unstable_keys": list(result.unstable_keys),
        "error": result.error,
        "replayability_pct": round(bundle.replayability_pct, 3),
        "logged_level": bundle.logged_level,
        "missing": bundle.missing_fields.split("; ") if bundle.missing_fields else [],
    }


def _counts(comparison: Comparison | None) -> dict[str, int] | None:
    if comparison is None:
        return None
    return {name: value for name, value in asdict(comparison).items() if isinstance(value, int)}
