"""The verbs of the `sightline` command; what a verb does is written in the module it names.

Options that several verbs share are in options.py, the verbs of `sightline export` in exporting/verbs.py.

Heavy imports happen inside the verbs, so that `sightline --help` answers at once. Wrong use ends with one line on
standard error and exit code 2, an explained failure with 1, a gate that did not hold with 3.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import click
import typer

from orchestration.cli.arguments import spread_values
from orchestration.cli.baselines import baseline_app
from orchestration.cli.exporting.verbs import export_app
from orchestration.cli.home_files import home_app
from orchestration.cli.options import (
    Code,
    Config,
    Coverage,
    FailOn,
    Home,
    Logs,
    OneSequence,
    Port,
    Sequences,
    Session,
    Values,
    chosen_settings,
    given_path,
)
from orchestration.domain.errors import GateError, SightlineError, UsageError
from orchestration.domain.refusals import advice_on
from orchestration.interrupts import EXIT_INTERRUPTED, INTERRUPTED, is_asked_to_end

EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, EXIT_GATE = 0, 1, 2, 3

app = typer.Typer(
    name="sightline",
    help="Map what an application did in production onto the code that did it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(export_app)
app.add_typer(baseline_app)
app.add_typer(home_app)


@app.command()
def run(
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
    fail_on: FailOn = None,
    against: Annotated[
        str | None, typer.Option("--against", help="Compare with this baseline, on the page Regressions and here.")
    ] = None,
) -> None:
    """Run everything: read logs and code, build and check the warehouse, publish the site."""
    from orchestration.cli.gates import hold_gates
    from orchestration.cli.running import run_pipeline
    from orchestration.gates import parse_gates

    settings = chosen_settings(config, home, logs, code, sequences, coverage, against)
    gates = parse_gates(fail_on or ())
    run_pipeline(settings)
    if gates:
        hold_gates(gates, settings)


@app.command()
def watch(
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
    port: Port = 8808,
) -> None:
    """Run everything, serve the site, and keep both following the logs while they grow."""
    from orchestration.cli.watching import watch_logs

    watch_logs(chosen_settings(config, home, logs, code, sequences, coverage), port, typer.echo)


@app.command()
def serve(home: Home = None, config: Config = None, port: Port = 8808) -> None:
    """Serve the published site on this machine."""
    from orchestration.cli.serving import open_server, url_of

    with open_server(chosen_settings(config, home).home / "site", port) as server:
        typer.echo(f"The site is at {url_of(server)} (Ctrl+C ends this)")
        server.serve_forever()


@app.command()
def ui(
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
    port: Port = 3000,
) -> None:
    """Open Dagster: assets, lineage, checks, schedule and sensor."""
    from orchestration.cli.dagster_server import run_server

    raise typer.Exit(run_server(chosen_settings(config, home, logs, code, sequences, coverage), port))


@app.command()
def replay(
    flows: Annotated[Values, typer.Argument(help="Flows by id or start of it; all completed flows without.")] = None,
    session: Session = None,
    sequence: OneSequence = None,
    bundle: Annotated[Values, typer.Option("--bundle", help="Bundle files to replay instead; repeatable.")] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="structural, stubbed or live [default: live if there is a command].")
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, help="Plays of each flow, to find what varies.")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when a replay diverges.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=given_path, metavar="FILE", help="Write all results as JSON to this file."),
    ] = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Play flows of production again and say where they first depart from it."""
    from orchestration.cli.exporting.choosing import FlowChoice
    from orchestration.cli.replaying import ReplayChoice, replay_flows

    chosen = FlowChoice(tuple(session or ()), tuple(flows or ()), sequence)
    choice = ReplayChoice(chosen, tuple(map(Path, bundle or ())), level, repeat, strict)
    replay_flows(chosen_settings(config, home), choice, out)


@app.command(name="what-if")
def what_if(
    sequence: Annotated[str, typer.Argument(help="A declared sequence, by its name or key.")],
    without_beat: Annotated[int | None, typer.Option("--without-beat", help="Leave out this beat, by number.")] = None,
    without_handler: Annotated[
        str | None, typer.Option("--without-handler", help="Leave out this handler; its beat stays.", metavar="NAME")
    ] = None,
    without_kind: Annotated[
        str | None,
        typer.Option("--without-kind", help="Leave out the handlers of beats of this declared kind.", metavar="KIND"),
    ] = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Say what a sequence would take without something, where flows that ran without it show how true that is."""
    from orchestration.cli.what_if import LeftOut, tell_what_if

    left_out = LeftOut(without_beat, without_handler, without_kind)
    for line in tell_what_if(chosen_settings(config, home), sequence, left_out):
        typer.echo(line)


@app.command()
def prove(
    faults: Annotated[int, typer.Option("--faults", min=1, help="How many faults to make.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Decides where faults go; the same seed, the same faults.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures and faults as JSON.")] = False,
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Measure how many known faults, made into copies of your logs, are found; your own data stays as it is."""
    from orchestration.cli.proving import prove_accuracy

    settings = chosen_settings(config, home, logs, code, sequences, coverage)
    prove_accuracy(settings, faults, seed, as_json=as_json, say=typer.echo)


@app.command()
def forget(
    logs_to_forget: Annotated[
        Values,
        typer.Argument(help="Logs as Data health names them: paths, folders or globs.", metavar="[PATH|GLOB]..."),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", help="Only logs whose last line lies before this, in UTC.", metavar="DATE"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Let forgotten logs be read again.")] = False,
    list_forgotten: Annotated[bool, typer.Option("--list", help="List the forgotten logs.")] = False,
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Remove logs from everything in the home, for good; their files stay and are not read again."""
    from orchestration.cli.forgetting import Asked
    from orchestration.cli.forgetting import forget as forget_logs

    asked = Asked(tuple(logs_to_forget or ()), before, dry_run, undo, list_forgotten)
    forget_logs(chosen_settings(config, home, logs, code, sequences, coverage), asked, typer.echo)


@app.command()
def init(
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing sightline.toml.")] = False,
) -> None:
    """Write a commented sightline.toml into this folder."""
    from orchestration.cli.config_file import write_config

    typer.echo(f"Wrote {write_config(Path.cwd(), is_forced=force)}")


@app.command()
def check(
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Check the configuration and the dialects, and say what would be read; nothing is run."""
    from orchestration.cli.checking import describe_inputs

    for line in describe_inputs(chosen_settings(config, home, logs, code, sequences, coverage)):
        typer.echo(line)


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; failures we can explain take one line."""
    try:
        # Outside of its "standalone" mode, Click hands over errors instead of printing several lines.
        return app(spread_values(arguments), prog_name="sightline", standalone_mode=False) or EXIT_DONE
    except click.exceptions.NoArgsIsHelpError as error:
        typer.echo(error.format_message())
        return EXIT_WRONG_USE
    except click.UsageError as error:
        # Typer and Click each add the names like a wrong one: once is enough.
        words = error.message if "Did you mean" in error.message else error.format_message()
        return _fail(f"{words} (see sightline --help)", EXIT_WRONG_USE)
    except UsageError as error:
        return _fail(str(error), EXIT_WRONG_USE)
    except GateError as error:
        return _fail(str(error), EXIT_GATE)
    except SightlineError as error:
        return _fail(str(error), EXIT_FAILED)
    except (KeyboardInterrupt, click.Abort):
        return _fail(INTERRUPTED, EXIT_INTERRUPTED)
    except Exception as error:
        # What the machine refuses can come from any library, anywhere.
        advice = advice_on(str(error))
        if advice is None and not is_asked_to_end():
            raise
        return _fail(f"{error}; {advice}", EXIT_FAILED)


def _fail(text: str, exit_code: int) -> int:
    """Say why on one line; a gate that does not hold has a line per reason."""
    if is_asked_to_end():
        # What failed did so because it was to end: entry.py says that.
        raise KeyboardInterrupt
    lines = text.splitlines() if exit_code == EXIT_GATE else [text]
    for line in lines:
        indent = "  " if line.startswith("  ") else "sightline: "
        typer.echo(f"{indent}{' '.join(line.split())}", err=True)
    return exit_code
