"""The verbs of `sightline export` and their options, one function each; what a verb does is in the module it names.

To add one: a function here with `Home`, `Config` and, when it writes files, `Out`; its work in a module of this
package, which opens the warehouse with places.open_built and writes with places.write_export; its format in
orchestration/exports, as a function from data to bytes; its options in docs_site/docs/how-to/export.md.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.options import Config, FailOn, Home, Logs, OneSequence, Out, Session, Values, chosen_settings
from orchestration.domain.errors import UsageError

if TYPE_CHECKING:
    from orchestration.settings import Settings

export_app = typer.Typer(
    name="export",
    help="Write what was found as files for other tools, below <home>/exports.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Flow = Annotated[Values, typer.Option("--flow", help="Flow by id or start of its id; repeatable.", metavar="ID")]
Lines = Annotated[
    str | None, typer.Option("--lines", help="Only what begins on these lines of the log.", metavar="FIRST-LAST")
]
TraceFormat = Annotated[
    str,
    typer.Option(
        "--format", help="chrome (Perfetto, chrome://tracing), speedscope, or otlp (OTLP JSON).", metavar="NAME"
    ),
]

GraphFormat = Annotated[str, typer.Option("--format", help="graphml, dot, mermaid or json.", metavar="NAME")]
Least = Annotated[
    int, typer.Option("--least", help="Leave out connections seen less often; 0 keeps all.", min=0, metavar="COUNT")
]
AllTests = Annotated[bool, typer.Option("--all", help="Also tests that add nothing to those before them.")]
Prove = Annotated[
    bool,
    typer.Option("--prove/--no-prove", help="Run the tests three times and leave out what does not hold today."),
]

Severity = Annotated[
    str, typer.Option("--severity", help="Leave out what is less severe: critical, warning or info.", metavar="NAME")
]
TableName = Annotated[
    str | None, typer.Argument(help="A mart or report, like rpt_handler_performance.", metavar="[NAME]")
]
TableFormat = Annotated[str, typer.Option("--format", help="json, csv, md or parquet.", metavar="NAME")]
ListTables = Annotated[bool, typer.Option("--list", help="Name the tables and how many rows each has.")]
ReportName = Annotated[
    str, typer.Argument(help="performance, flows, coverage, timeline or traceability.", metavar="NAME")
]
ReportFormat = Annotated[str, typer.Option("--format", help="md, json, or both (two files).", metavar="NAME")]
Gone = Annotated[bool, typer.Option("--gone", help="Also what the newest build no longer shows.")]


@export_app.command()
def trace(
    format: TraceFormat = "chrome",
    session: Session = None,
    flow: Flow = None,
    sequence: OneSequence = None,
    lines: Lines = None,
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write sessions or flows as traces: Chrome trace (Perfetto), speedscope or OTLP JSON; a file per session."""
    from orchestration.cli.exporting.choosing import FlowChoice
    from orchestration.cli.exporting.traces import TraceChoice, export_traces

    flows = FlowChoice(tuple(session or ()), tuple(flow or ()), sequence)
    export_traces(chosen_settings(config, home), TraceChoice(format, flows, lines), out)


@export_app.command()
def replay(
    session: Session = None,
    flow: Flow = None,
    sequence: OneSequence = None,
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write flows as replay bundles, a file each; without a choice the newest completed flow of every sequence."""
    from orchestration.cli.exporting.choosing import FlowChoice
    from orchestration.cli.exporting.replays import export_replays

    flows = FlowChoice(tuple(session or ()), tuple(flow or ()), sequence)
    export_replays(chosen_settings(config, home), flows, out)


@export_app.command()
def graph(
    format: GraphFormat = "graphml",
    least: Least = 0,
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write the handlers and how they are connected: GraphML, DOT, mermaid or JSON."""
    from orchestration.cli.exporting.graphs import export_graph

    export_graph(chosen_settings(config, home), format, least, out)


@export_app.command()
def lcov(out: Out = None, home: Home = None, config: Config = None) -> None:
    """Write the executions of every handler in production as an lcov tracefile, for coverage viewers."""
    from orchestration.analysis.coverage.lcov import write_lcov
    from orchestration.cli.exporting.places import built_home, open_built, write_export
    from orchestration.flows.functions import load_function_executions

    built = built_home(chosen_settings(config, home))
    with open_built(built) as connection:
        content = write_lcov(load_function_executions(connection))
    write_export(content, built.exports / "production.lcov", out)


@export_app.command()
def baseline(
    name: Annotated[str, typer.Argument(help="Name of a saved baseline.")],
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write a saved baseline as one file, for `sightline baseline import` in another home."""
    from orchestration.analysis.baselines.saved_baselines import saved_place_of
    from orchestration.cli.exporting.places import write_export

    folder = chosen_settings(config, home).home
    saved = saved_place_of(folder, name)
    write_export(saved.read_bytes(), folder / "exports" / f"baseline-{name}.json", out)


@export_app.command(name="tests")
def suggested_tests(
    sequence: OneSequence = None,
    all: AllTests = False,
    prove: Prove = True,
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write tests of what production shows and no test covers, with a description of each for people."""
    from orchestration.cli.exporting.suggested_tests import TestChoice, export_tests

    export_tests(chosen_settings(config, home), TestChoice(sequence, all, prove), out)


@export_app.command()
def sarif(
    severity: Severity = "info", gone: Gone = False, out: Out = None, home: Home = None, config: Config = None
) -> None:
    """Write the recommendations as SARIF 2.1.0, for code scanning."""
    _export_recommendations("sarif", severity, gone, out, chosen_settings(config, home))


@export_app.command()
def junit(
    fail_on: FailOn = None,
    logs: Logs = None,
    severity: Severity = "info",
    gone: Gone = False,
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write JUnit XML for reports of CI: what gates find fails, what is recommended is skipped with its advice."""
    from orchestration.cli.exporting.recommendations import choose_recommendations, export_junit
    from orchestration.gates import parse_gates

    choice = choose_recommendations(severity, is_gone_included=gone)
    export_junit(chosen_settings(config, home, logs), choice, parse_gates(fail_on or ()), out)


@export_app.command()
def findings(
    severity: Severity = "info", gone: Gone = False, out: Out = None, home: Home = None, config: Config = None
) -> None:
    """Write the recommendations as JSON, with all their columns."""
    _export_recommendations("findings", severity, gone, out, chosen_settings(config, home))


@export_app.command()
def table(
    name: TableName = None,
    list: ListTables = False,
    format: TableFormat = "csv",
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write a mart or a report as JSON, CSV, Markdown or Parquet."""
    from orchestration.cli.exporting.tables import export_table, list_tables

    settings = chosen_settings(config, home)
    if list:
        typer.echo("\n".join(list_tables(settings)))
    elif name is None:
        raise UsageError("which table? give its name; `sightline export table --list` names them all")
    else:
        export_table(settings, name, format, out)


@export_app.command()
def report(
    name: ReportName,
    format: ReportFormat = "both",
    session: Session = None,
    out: Out = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Write a report to read and to compute with: one Markdown and one JSON file."""
    from orchestration.cli.exporting.reports import ReportChoice, export_report

    choice = ReportChoice(name, format, tuple(session or ()))
    export_report(chosen_settings(config, home), choice, out)


def _export_recommendations(kind: str, severity: str, gone: bool, out: Path | None, settings: "Settings") -> None:
    from orchestration.cli.exporting.recommendations import choose_recommendations, export_recommendations

    export_recommendations(settings, kind, choose_recommendations(severity, is_gone_included=gone), out)
