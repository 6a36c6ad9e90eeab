"""Edits of a copy of Bistro, one of each kind: what a team changes between two runs.

Each is a function of the project's folder. What a run makes of them is test_never_stale.py's.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.corpus import REPOSITORY

BISTRO = REPOSITORY / "examples" / "bistro"
CART = Path("src/modules/cart")
KITCHEN = Path("src/modules/kitchen/handlers.ts")
SPARE = CART / "spare.ts"
SPARE_DECLARATION = CART / "json-sequences" / "spare.json"
DIALECT = Path("dialects/bistro.toml")
# Sessions of three builds, with flows that fail, hang and deviate.
LOG_COUNT = 14
# A log with several failing flows; one that is cut; one that is still written; one that is taken away.
CUT, GROWN, GONE = "bistro-20261114T1431", "bistro-20261116T1130", "bistro-20261118T1146"

CONFIGURATION = """\
[project]
name = "Bistro"

[inputs]
logs = ["logs"]
code = ["."]
sequences = ["src/modules", "manifests"]
coverage = ["coverage/lcov.info"]
accepted_deviations = ["accepted.csv"]

[ingest]
settle_seconds = 0
dialect_folders = ["dialects"]
"""
ACCEPTED = "deviation_class,sequence,place,reason,accepted_on,until\n"
# Two functions of one plugin have one name: the handler is ambiguous by name, each beat knows its own.
SPARE_SOURCE = """\
import type { BistroHandler } from "../../domain.js";

export const suggestSides: BistroHandler = (state) => ({ suggestions: [String(state.sku)] });
"""
SPARE_SEQUENCE = """\
{
  "pluginId": "CartPlugin", "id": "cart-spare", "name": "Cart Spare", "handlersPath": "src/modules/cart/spare",
  "movements": [{ "id": "all", "name": "All", "beats": [
    { "beat": 1, "event": "cart:spare:suggest", "handler": "suggestSides", "timing": "immediate", "kind": "pure" }
  ] }]
}
"""


def write_bistro(project: Path) -> None:
    """Write the project as it is before any edit."""
    shutil.copytree(BISTRO, project, ignore=shutil.ignore_patterns("logs", "node_modules", "dist", "*.jsonl"))
    (project / "sightline.toml").write_text(CONFIGURATION, encoding="utf-8")
    (project / "accepted.csv").write_text(ACCEPTED, encoding="utf-8")
    (project / SPARE).write_text(SPARE_SOURCE, encoding="utf-8")
    (project / SPARE_DECLARATION).write_text(SPARE_SEQUENCE, encoding="utf-8")
    dialect = project / DIALECT
    dialect.parent.mkdir()
    shutil.copy(REPOSITORY / "orchestration" / "log_ingest" / "dialects" / "bistro.toml", dialect)
    _replace(dialect, 'name = "bistro"', 'name = "bistro-of-our-own"')
    _replace(dialect, "priority = 10", "priority = 20")
    names = sorted(path.name for path in (BISTRO / "logs").glob("*.log"))
    chosen = {f"{name}.log" for name in (CUT, GROWN, GONE)}
    chosen |= set([name for name in names if name not in chosen][: LOG_COUNT - len(chosen)])
    (project / "logs").mkdir()
    for name in sorted(chosen):
        shutil.copy(BISTRO / "logs" / name, project / "logs" / name)
    _truncate(project / "logs" / f"{GROWN}.log", 0.6)
    _git(project, "init", "--quiet")
    _commit(project, "Bistro as it is", "2026-11-01T10:00:00Z")


def move_a_line(project: Path) -> None:
    """Every function of the cart stands one line lower."""
    _replace(project / CART / "handlers.ts", "import { createHash }", "// Moved.\nimport { createHash }")


def accept_a_deviation(project: Path) -> None:
    """Deviations of one class are accepted."""
    (project / "accepted.csv").write_text(ACCEPTED + "*,*,*,known,2026-11-20,\n", encoding="utf-8")


def cover_less(project: Path) -> None:
    """The coverage report counts other lines."""
    report = project / "coverage" / "lcov.info"
    lines = report.read_text(encoding="utf-8").splitlines(keepends=True)
    report.write_text(
        "".join(
            f"{line.split(',')[0]},0\n" if line.startswith("DA:") and number % 3 == 0 else line
            for number, line in enumerate(lines)
        ),
        encoding="utf-8",
    )


def drop_a_test(project: Path) -> None:
    """The tests of the kitchen are gone."""
    (project / KITCHEN).with_name("handlers.test.ts").unlink()


def commit_a_change(project: Path) -> None:
    """Somebody else changed a handler, and committed it."""
    path = project / "src/modules/menu/handlers.ts"
    path.write_text(path.read_text(encoding="utf-8") + "\n// Reviewed.\n", encoding="utf-8")
    _commit(project, "Fix the menu", "2026-11-19T10:00:00Z")


def name_builds(project: Path) -> None:
    """The configuration says which build wrote which logs."""
    _configure(project, '\n[builds]\n"*2026111[0-4]*" = "early"\n"*2026111[5-9]*" = "late"\n')


def change_settings(project: Path) -> None:
    """Budgets, and what anomalies are judged against."""
    _configure(project, '\n[anomalies.incidents]\n"*T1156*" = "drill"\n\n[budgets.handlers]\n"*" = {median_ms = 1}\n')


def publish_elsewhere(project: Path) -> None:
    """A topic is changed inside `publish(...)`, on the same line."""
    _replace(project / KITCHEN, 'publish("kitchen.ready"', 'publish("kitchen.short"')


def read_one_more_key(project: Path) -> None:
    """A handler reads one more state key, on the same line."""
    _replace(
        project / CART / "handlers.ts", "const quantity = (known", "const quantity = (state.totalCents ?? 0) + (known"
    )


def move_an_ambiguous_handler(project: Path) -> None:
    """A handler whose name stands for two functions stands lower."""
    path = project / SPARE
    path.write_text("// Moved.\n\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def change_a_declaration(project: Path) -> None:
    """Two beats change places in a declaration."""
    path = project / CART / "json-sequences" / "add-item.json"
    _replace(path, '"beat": 3', '"beat": 9')
    _replace(path, '"beat": 4', '"beat": 3')
    _replace(path, '"beat": 9', '"beat": 4')


def route_elsewhere(project: Path) -> None:
    """A topic is routed to another sequence."""
    _replace(
        project / "manifests" / "topics-manifest.json",
        '{ "pluginId": "DeliveryPlugin", "sequenceId": "delivery-dispatch" }',
        '{ "pluginId": "CartPlugin", "sequenceId": "cart-spare" }',
    )


def change_the_dialect(project: Path) -> None:
    """The user's dialect reads what users do no more."""
    _replace(project / DIALECT, 'signal = "user_acted"\n', "")


def remove_a_log(project: Path) -> None:
    """A log is taken away: what was read of it stays."""
    (project / "logs" / f"{GONE}.log").unlink()


def grow_a_log(project: Path) -> None:
    """A log is written to."""
    shutil.copy(BISTRO / "logs" / f"{GROWN}.log", project / "logs" / f"{GROWN}.log")


def cut_a_log(project: Path) -> None:
    """A log loses its second half."""
    _truncate(project / "logs" / f"{CUT}.log", 0.5)


def add_a_log(project: Path) -> None:
    """There is one log more."""
    name = max(path.name for path in (BISTRO / "logs").glob("*.log"))
    shutil.copy(BISTRO / "logs" / name, project / "logs" / name)


Edit = Callable[[Path], None]
# What changes nothing that a session's records say: no session is rebuilt.
QUIET: tuple[Edit, ...] = (
    *(move_a_line, accept_a_deviation, cover_less, drop_a_test, commit_a_change, name_builds, change_settings),
    move_an_ambiguous_handler,
)
OF_LOGS: tuple[Edit, ...] = (remove_a_log, grow_a_log, cut_a_log, add_a_log)
OF_CODE: tuple[Edit, ...] = (publish_elsewhere, read_one_more_key)
DECLARED: tuple[Edit, ...] = (change_a_declaration, route_elsewhere, change_the_dialect)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} does not say {old}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _configure(project: Path, more: str) -> None:
    path = project / "sightline.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


def _truncate(path: Path, share: float) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: int(len(lines) * share)]), encoding="utf-8")


def _commit(project: Path, subject: str, at: str) -> None:
    _git(project, "add", "--all")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    _git(project, *who, "commit", "--quiet", "--message", subject, "--date", at)


def _git(project: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(project), *arguments], check=True, capture_output=True)
