"""`sightline baseline`: save what sessions showed under a name, and compare later sessions with it.

The verbs of the group. What a baseline holds, where it is kept and how it is compared belongs to
orchestration/analysis/baselines; what is said of a comparison to baseline_report.py.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.options import Config, Home, Values, chosen_settings
from orchestration.domain.errors import SightlineError, UsageError

if TYPE_CHECKING:
    from orchestration.analysis.baselines.baseline_model import Baseline
    from orchestration.warehouse import Connection

baseline_app = typer.Typer(
    name="baseline",
    help="Keep what sessions showed under a name, and compare later sessions with it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="Name of the baseline: letters, digits, dots, dashes, underscores.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a baseline of the same name.")]
Build = Annotated[Values, typer.Option("--build", help="Only sessions of this build; repeatable.", metavar="NAME")]
SessionGlob = Annotated[
    Values,
    typer.Option("--session", help="Only sessions whose name or log matches this glob; repeatable.", metavar="GLOB"),
]


@baseline_app.command()
def save(
    name: Name,
    build: Build = None,
    session: SessionGlob = None,
    force: Force = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Save durations, rates, coverage and declarations of the sessions of the last run."""
    from orchestration.analysis.baselines.saved_baselines import free_place_of, keep_baseline
    from orchestration.cli.exporting.places import built_home, open_built
    from orchestration.flows.baselines import take_baseline

    built = built_home(chosen_settings(config, home))
    path = free_place_of(built.path, name, is_forced=force)
    with open_built(built) as connection:
        chosen = _chosen_sessions(connection, build or (), session or ())
        baseline = take_baseline(connection, name, datetime.now(UTC), chosen)
    with built.private():
        keep_baseline(path, baseline)
    typer.echo(f"Saved baseline {name}: {_contents(baseline)} ({path})")


@baseline_app.command(name="list")
def list_baselines(home: Home = None, config: Config = None) -> None:
    """List the baselines of this home; fail when one of them cannot be read."""
    from orchestration.analysis.baselines.saved_baselines import load_file, saved_files
    from orchestration.cli.summary import printable

    files, damaged = saved_files(chosen_settings(config, home).home), []
    for file in files:
        try:
            baseline = load_file(file)
        except UsageError as error:
            damaged.append(file.stem)
            typer.echo(f"{printable(file.stem)}: DAMAGED: {printable(' '.join(str(error).split()))}")
        else:
            typer.echo(f"{baseline.name}: {_contents(baseline)}, saved {baseline.saved_at:%Y-%m-%d %H:%M} UTC")
    if damaged:
        raise SightlineError(
            f"{len(damaged):,} of {len(files):,} baselines cannot be read; import them again, or delete them"
        )
    if not files:
        typer.echo("No baseline is saved here; `sightline baseline save NAME` saves one")


@baseline_app.command()
def delete(name: Name, home: Home = None, config: Config = None) -> None:
    """Delete a baseline; nothing brings it back once its logs are gone."""
    from orchestration.analysis.baselines.saved_baselines import saved_place_of

    saved_place_of(chosen_settings(config, home).home, name).unlink()
    typer.echo(f"Deleted baseline {name}")


@baseline_app.command(name="import")
def import_baseline(
    file: Annotated[Path, typer.Argument(help="A file that `sightline export baseline` wrote.")],
    force: Force = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Take over a baseline from a file, under the name it has."""
    from orchestration.analysis.baselines.saved_baselines import free_place_of, keep_baseline, load_file
    from orchestration.cli.exporting.places import opened_home

    baseline = load_file(file)
    with opened_home(chosen_settings(config, home)) as opened:
        path = free_place_of(opened.path, baseline.name, is_forced=force)
        keep_baseline(path, baseline)
    typer.echo(f"Imported baseline {baseline.name}: {_contents(baseline)} ({path})")


@baseline_app.command()
def compare(name: Name, home: Home = None, config: Config = None) -> None:
    """Compare the sessions of all runs with a baseline; sessions of the baseline are left out."""
    from orchestration.analysis.baselines.saved_baselines import saved_place_of
    from orchestration.cli.exporting.places import built_home, open_built

    built = built_home(chosen_settings(config, home))
    path = saved_place_of(built.path, name)
    with open_built(built) as connection:
        print_comparison(connection, path)


def print_comparison(connection: "Connection", path: Path, log_file_paths: Collection[str] | None = None) -> None:
    """Print what differs from a saved baseline, in all other sessions or in those of some logs."""
    from orchestration.analysis.baselines.saved_baselines import load_file
    from orchestration.cli.baseline_report import describe_comparison
    from orchestration.flows.baselines import compare_later_sessions

    baseline = load_file(path)
    for line in describe_comparison(baseline, compare_later_sessions(connection, baseline, log_file_paths)):
        typer.echo(line)


def _chosen_sessions(connection: "Connection", builds: Sequence[str], globs: Sequence[str]) -> list[str]:
    from orchestration.warehouse import fetch_tuples

    rows = fetch_tuples(connection, "select session_id, session_name, log_file_path, build from marts.dim_sessions")
    chosen = [
        session_id
        for session_id, name, path, build in rows
        if (not builds or build in builds)
        and (not globs or any(fnmatchcase(text or "", glob) for glob in globs for text in (name, path)))
    ]
    if not chosen:
        known = ", ".join(sorted({str(row[3]) for row in rows if row[3]})[:8]) or "none is named"
        raise UsageError(f"no session to save: of {len(rows):,} none matches (builds: {known})")
    return chosen


def _contents(baseline: "Baseline") -> str:
    builds = sorted({session.build for session in baseline.sessions if session.build})
    named = f" of {', '.join(builds[:4])}{' …' if len(builds) > 4 else ''}" if builds else ""
    timed = sum(unit.kind == "handler" for unit in baseline.units)
    return f"{len(baseline.sessions):,} sessions{named}, {timed:,} handlers timed"
