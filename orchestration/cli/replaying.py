"""`sightline replay`: flows of production played again, and the first place where the replay departs from the log.

Structurally against the declaration; stubbed and live through the command of `[replay]`. Bundles come from the
warehouse or from files. How runs are compared is orchestration/analysis/replay/replay_compare.py;
what is said about them is replay_report.py's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.analysis.replay.replay_compare import compare_steps, differing_keys, first_divergence, replay_order
from orchestration.analysis.replay.replay_model import LEVELS, ReplayBundle, ReplayLevel
from orchestration.cli.exporting.choosing import FlowChoice, choose_flows
from orchestration.cli.exporting.places import built_home, open_built, write_export
from orchestration.cli.replay_report import ReplayResult, describe, results_file
from orchestration.domain.errors import GateError, UsageError
from orchestration.exports.replay_bundle import read_bundle
from orchestration.exports.replay_command import ReplayAnswer, ReplayCommand, ask
from orchestration.flows.bundles import load_bundles
from orchestration.given_files import MEBIBYTE, read_given
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class ReplayChoice:
    """What was typed: which flows or bundle files, at which level, how often."""

    flows: FlowChoice
    bundles: tuple[Path, ...] = ()
    level: str | None = None
    repeat_count: int = 1
    is_strict: bool = False


def replay_flows(settings: Settings, choice: ReplayChoice, out: Path | None) -> None:
    """Replay and say what was found; raise GateError when a replay diverges and that was asked for."""
    level = _level(choice.level, settings)
    bundles = _read_files(choice.bundles) if choice.bundles else _load(settings, choice.flows)
    results = list(play(bundles, level, settings, choice.repeat_count))
    for line in describe(results, level):
        print(line)
    if out is not None:
        write_export(results_file(results, level), out, out)
    diverging = sum(result.divergence is not None for result in results)
    if choice.is_strict and diverging:
        raise GateError(f"{diverging:,} of {len(results):,} replays depart from what production logged")


def play(
    bundles: Sequence[ReplayBundle], level: ReplayLevel, settings: Settings, repeat_count: int = 1
) -> Iterator[ReplayResult]:
    """Yield a result per bundle."""
    if level == "structural":
        yield from (ReplayResult(bundle, replay_order(bundle), is_played=bool(bundle.declared)) for bundle in bundles)
        return
    for bundle, answers in ask(_command(settings), bundles, level, repeat_count):
        yield _result(bundle, answers)


def _result(bundle: ReplayBundle, answers: list[ReplayAnswer]) -> ReplayResult:
    first = answers[0]
    if first.status == "refused":
        return ReplayResult(bundle, None, is_played=False, stand_ins=first.stand_ins, error=first.error)
    comparison = compare_steps(bundle.observed, first.steps)
    unstable = [found for answer in answers[1:] if (found := first_divergence(first.steps, answer.steps))]
    return ReplayResult(
        bundle,
        comparison.divergence,
        is_played=True,
        comparison=comparison,
        stand_ins=first.stand_ins,
        unstable_step=min(unstable, key=lambda found: found.position, default=None),
        unstable_keys=tuple(differing_keys([answer.steps for answer in answers])),
        error=first.error,
    )


def _level(typed: str | None, settings: Settings) -> ReplayLevel:
    if typed is None:
        return "live" if settings.replay.command else "structural"
    for level in LEVELS:
        if typed == level:
            return level
    raise UsageError(f"{typed}: no such level; --level takes {', '.join(LEVELS)}")


def _command(settings: Settings) -> ReplayCommand:
    if not settings.replay.command:
        raise UsageError(
            "stubbed and live replays need the application's own command; name it as command under [replay] of "
            "sightline.toml, or use --level structural"
        )
    folder = settings.config.parent if settings.config else Path.cwd()
    return ReplayCommand(settings.replay.command, folder, settings.replay.timeout_seconds)


def _load(settings: Settings, flows: FlowChoice) -> list[ReplayBundle]:
    home = built_home(settings)
    with open_built(home) as connection:
        flow_ids = choose_flows(connection, flows, is_completed_only=True)
        if not flow_ids:
            raise UsageError("no completed flow is in what was asked for; a flow's id replays it however it ended")
        return list(load_bundles(connection, home.lake, flow_ids))


def _read_files(paths: Sequence[Path]) -> list[ReplayBundle]:
    bundles = []
    for path in paths:
        try:
            bundles.append(read_bundle(read_given(path, 64 * MEBIBYTE), str(path)))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    return bundles
