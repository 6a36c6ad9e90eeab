"""The options that several verbs share, and the settings they add up to.

An option of one verb only stands beside that verb, in app.py or under exporting/. What the settings mean is
orchestration/settings.py's.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestration.domain.errors import UsageError
from orchestration.settings_errors import describe_unknown_variables

if TYPE_CHECKING:
    from orchestration.settings import Settings


def given_path(text: str) -> Path:
    """Return a path that was typed; an empty one would mean the working directory, which nobody means by it."""
    if not text.strip():
        raise typer.BadParameter("it is empty; name a path, or leave the option out")
    return Path(text)


Values = Optional[list[str]]  # noqa: UP045 - typer resolves it at run time
Logs = Annotated[
    Values, typer.Option("--logs", help="Logs: files, folders or globs. Takes several.", metavar="LOGS...")
]
Code = Annotated[Values, typer.Option("--code", help="Source code: folders. Takes several.", metavar="CODE...")]
Sequences = Annotated[
    Values, typer.Option("--sequences", help="Declared sequences: files, folders or globs.", metavar="DIR...")
]
Coverage = Annotated[Values, typer.Option("--coverage", help="Coverage reports (lcov).", metavar="FILE...")]
Home = Annotated[
    Path | None,
    typer.Option("--home", parser=given_path, metavar="PATH", help="Folder for all state [default: .sightline]."),
]
Config = Annotated[
    Path | None,
    typer.Option("--config", parser=given_path, metavar="PATH", help="A sightline.toml [default: ./sightline.toml]."),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        parser=given_path,
        metavar="PATH",
        help="File or folder to write [default: below <home>/exports]; - is standard output.",
    ),
]
Session = Annotated[
    Values, typer.Option("--session", help="Session by id, start of its id, or name; repeatable.", metavar="ID|NAME")
]
OneSequence = Annotated[
    str | None, typer.Option("--sequence", help="Only flows of this sequence (its name or key).", metavar="NAME")
]
FailOn = Annotated[
    Values,
    typer.Option(
        "--fail-on",
        help="Fail when this is found: deviations, errors, anomalies, expectations, regressions, drift or "
        "budgets, of severity critical, warning [default] or info and more; repeatable.",
        metavar="GATE[:SEVERITY]",
    ),
]


def chosen_settings(
    config: Path | None,
    home: Path | None,
    logs: Values = None,
    code: Values = None,
    sequences: Values = None,
    coverage: Values = None,
    against: str | None = None,
) -> "Settings":
    """Return the settings with what was typed on top."""
    from orchestration.settings import Settings, load_settings

    for line in describe_unknown_variables(Settings, os.environ):
        typer.echo(f"sightline: {line}", err=True)
    chosen = {"logs": logs, "code": code, "sequences": sequences, "coverage": coverage}
    inputs = {key: [_typed(key, value) for value in values] for key, values in chosen.items() if values}
    overrides: dict[str, Any] = {"inputs": inputs} if inputs else {}
    if against is not None:
        overrides["baselines"] = {"against": against}
    return load_settings(config, {**overrides, **({"home": home} if home else {})})


def _typed(key: str, value: str) -> str:
    if not value.strip():
        raise UsageError(f"--{key} has an empty value; name a path, or leave the option out")
    return str(Path(value).absolute())
