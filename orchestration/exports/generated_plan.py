"""How generated tests reach the application: a player or handlers, by paths relative to the folder of the tests.

JavaScript and TypeScript are played by the chosen runner; where handlers are Python, pytest plays them whatever runner
was chosen for the others.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.exports.generated_cases import CasePlan, HandlerPlace, Runner
from orchestration.warehouse import Connection, fetch_tuples

_PLACES = """
    select plugin_name, handler_name, code_file_path, coalesce(code_function_name, handler_name)
    from marts.dim_handlers where resolution = 'unique' and code_file_path is not null
    order by plugin_name, handler_name
"""
_SCRIPTS = frozenset({".js", ".mjs", ".cjs"})
_SUFFIXES: Mapping[Runner, frozenset[str]] = {
    "node": _SCRIPTS,
    "vitest": _SCRIPTS | {".ts", ".tsx", ".jsx"},
    "pytest": frozenset({".py"}),
}


@dataclass(frozen=True, slots=True)
class Playing:
    """What was chosen: the runner, the player's file, the environment, the code's roots, whether tests are proven."""

    runner: Runner
    player: Path | None
    environment: str | None
    code: tuple[Path, ...]
    is_proven: bool


def load_plans(connection: Connection, playing: Playing, folder: Path) -> list[CasePlan]:
    """Return the plan of the chosen runner, and that of pytest where handlers are Python."""
    places = fetch_tuples(connection, _PLACES)
    player = _relative(playing.player, folder) if playing.player else None
    handlers = _handlers(places, playing, folder, playing.runner)
    plans = [CasePlan(playing.runner, player, handlers, playing.environment, is_proven=playing.is_proven)]
    if playing.runner != "pytest" and (found := _handlers(places, playing, folder, "pytest")):
        plans.append(CasePlan("pytest", handlers=found))
    return plans


def _handlers(
    places: Sequence[tuple[str, str, str, str]], playing: Playing, folder: Path, runner: Runner
) -> dict[tuple[str | None, str], HandlerPlace]:
    return {
        (plugin, handler): HandlerPlace(_relative(path, folder), name)
        for plugin, handler, code, name in places
        for path in _found(playing.code, code)
        if path.suffix in _SUFFIXES[runner]
    }


def _found(roots: Sequence[Path], code: str) -> Iterator[Path]:
    path = next((root / code for root in roots if (root / code).is_file()), None)
    if path is not None:
        yield path


def _relative(path: Path, folder: Path) -> str:
    relative = os.path.relpath(path.absolute(), folder).replace(os.sep, "/")
    return relative if relative.startswith(".") else f"./{relative}"
