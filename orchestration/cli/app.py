"""The verbs of the `sightline` command and their options; what a verb does is written in the module it names.

Heavy imports happen inside the verbs, so that `sightline --help` answers at once. Wrong use ends with one line on
standard error and exit code 2, an explained failure with 1, a gate that did not hold with 3.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Optional

import click
import typer

from orchestration.cli.arguments import spread_values
from orchestration.domain.errors import GateError, SightlineError, UsageError

EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, EXIT_GATE, EXIT_INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="sightline",
    help="Map what an application did in production onto the code that did it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Values = Optional[list[str]]  # noqa: UP045 - typer resolves it at run time
Logs = Annotated[
    Values, typer.Option("--logs", help="Logs: files, folders or globs. Takes several.", metavar="LOGS...")
]
Code = Annotated[Values, typer.Option("--code", help="Source code: folders. Takes several.", metavar="CODE...")]
Sequences = Annotated[
    Values, typer.Option("--sequences", help="Declared sequences: files, folders or globs.", metavar="DIR...")
]
Coverage = Annotated[Values, typer.Option("--coverage", help="Coverage reports (lcov).", metavar="FILE...")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder for all state [default: .sightline].")]
Config = Annotated[Path | None, typer.Option("--config", help="A sightline.toml [default: ./sightline.toml].")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")]


@app.command()
def run(
    logs: Logs = None,
    code: Code = None,
    sequences: Sequences = None,
    coverage: Coverage = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Run everything: read logs and code, build and check the warehouse, publish the site."""
    from orchestration.cli.running import run_pipeline

    run_pipeline(_settings(config, home, logs, code, sequences, coverage))


@app.command()
def serve(home: Home = None, config: Config = None, port: Port = 8808) -> None:
    """Serve the published site on this machine."""
    from orchestration.cli.serving import open_server, url_of

    with open_server(_settings(config, home).home / "site", port) as server:
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

    raise typer.Exit(run_server(_settings(config, home, logs, code, sequences, coverage), port))


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

    for line in describe_inputs(_settings(config, home, logs, code, sequences, coverage)):
        typer.echo(line)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run_command(sys.argv[1:] if arguments is None else arguments))


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; failures we can explain take one line."""
    try:
        # Outside of its "standalone" mode, Click hands over errors instead of printing several lines.
        return app(spread_values(arguments), prog_name="sightline", standalone_mode=False) or EXIT_DONE
    except click.exceptions.NoArgsIsHelpError as error:
        typer.echo(error.format_message())
        return EXIT_WRONG_USE
    except click.UsageError as error:
        return _fail(f"{error.format_message()} (see sightline --help)", EXIT_WRONG_USE)
    except UsageError as error:
        return _fail(str(error), EXIT_WRONG_USE)
    except GateError as error:
        return _fail(str(error), EXIT_GATE)
    except SightlineError as error:
        return _fail(str(error), EXIT_FAILED)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted; what is complete is kept, and the next run continues", EXIT_INTERRUPTED)


def _fail(text: str, exit_code: int) -> int:
    typer.echo(f"sightline: {' '.join(text.split())}", err=True)
    return exit_code


def _settings(
    config: Path | None,
    home: Path | None,
    logs: Values = None,
    code: Values = None,
    sequences: Values = None,
    coverage: Values = None,
) -> Any:
    from orchestration.settings import load_settings

    chosen = {"logs": logs, "code": code, "sequences": sequences, "coverage": coverage}
    inputs = {key: [str(Path(value).absolute()) for value in values] for key, values in chosen.items() if values}
    overrides: dict[str, Any] = {"inputs": inputs} if inputs else {}
    return load_settings(config, {**overrides, **({"home": home} if home else {})})
