"""`sightline forget`: say which logs go, have them removed, and say what is gone and what stays.

Which logs are meant and how they leave the lake is orchestration/log_ingest/forgetting.py, where else they are
orchestration/defs/forgetting.py.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.exporting.own_files import remove_own
from orchestration.cli.exporting.places import EXPORTS_RECORD
from orchestration.cli.inputs import require_logs
from orchestration.cli.running import explained, open_pipeline
from orchestration.cli.summary import printable
from orchestration.defs.home import Home
from orchestration.domain.amounts import counted, more, named
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.log_ingest.ledger import read_entries
from orchestration.log_ingest.ledger_entry import LedgerEntry
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.log_ingest.discovery import LogSource

_SHOWN_LOGS = 20
_SHOWN_FILES = 3

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    patterns: tuple[str, ...] = ()
    before: str | None = None
    is_dry: bool = False
    is_undone: bool = False
    is_listed: bool = False


def forget(settings: Settings, asked: Asked, say: Say) -> None:
    """Forget logs, or undo or list what was forgotten; raise UsageError where no log is meant."""
    home = Home(settings.home, settings.shared_home)
    entries = read_entries(home.lake)
    if not entries:
        raise UsageError(f"{home.path}: no log has been read there yet; name another home with --home")
    before = _moment(asked.before)
    if asked.is_listed:
        _list([entry for entry in entries if entry.is_forgotten], say)
    elif not asked.patterns and before is None:
        raise UsageError("name the logs to forget: paths, folders or globs as Data health shows them, or --before DATE")
    elif asked.is_undone:
        _undo(home, entries, asked, before, say)
    else:
        _forget(settings, home, asked, before, say)


def _forget(settings: Settings, home: Home, asked: Asked, before: datetime | None, say: Say) -> None:
    from orchestration.log_ingest.forgetting import Choice, forgettable, with_their_logs

    files = _files(settings)
    choice = Choice(asked.patterns, before)
    entries = read_entries(home.lake)
    chosen = with_their_logs(choice.of(forgettable(entries)))
    copies = _copies_of(chosen, entries)
    say(f"{'Would forget' if asked.is_dry else 'Forgetting'} {_counted(chosen, copies)}")
    for line in _lines_of(chosen):
        say(line)
    if asked.is_dry:
        return
    _remove(settings, home, chosen, files, say)
    for line in _what_stays(home, chosen):
        say(line)


def _remove(
    settings: Settings, home: Home, chosen: Sequence[LedgerEntry], files: tuple["LogSource", ...], say: Say
) -> None:
    pipeline = open_pipeline(settings, home)
    # dbt and Dagster are imported after everything that can be wrong without them.
    from orchestration.defs.pipeline import forget_in_home
    from orchestration.log_ingest.forgetting import forget_logs

    done: list[str] = []

    def remove() -> None:
        count, left = remove_own(home.exports, home.path / EXPORTS_RECORD)
        if count:
            done.append(f"{count:,} exported files are removed: export again what you need")
        # The publication that follows writes it anew.
        left = [path for path in left if path.name != "alerts.json"]
        if left:
            done.append(f"Left in {home.exports}, because no export is known to have written them: {_named(left)}")
        aside = forget_logs(home.lake, [entry.log_file_id for entry in chosen], datetime.now(UTC), files)
        if aside:
            done.append(f"{aside:,} files of it in {home.lake / 'set_aside'} are removed")

    begun = "the logs are gone from the lake; `sightline run` removes the rest"
    explained(forget_in_home(pipeline, remove), lambda: begun)
    say("Gone from lake, warehouse, site, search, checks, history and Dagster's records (all earlier runs are deleted)")
    for line in done:
        say(line)


def _what_stays(home: Home, chosen: Sequence[LedgerEntry]) -> Iterator[str]:
    """Say where something of the logs is still to be found, and what a run will do about their files."""
    ids = {entry.log_file_id for entry in chosen}
    holding = []
    for path in sorted(home.baselines.glob("*.json")):
        with suppress(OSError):
            content = path.read_text(encoding="utf-8", errors="replace")
            holding += [path.stem] if any(log_file_id in content for log_file_id in ids) else []
    if holding:
        yield (
            f"Baselines that include them keep their figures and names: {', '.join(holding)} "
            "(`sightline baseline delete NAME`)"
        )
    yield "A note of name, size and hashes stays: runs pass over their files and copies (`sightline forget --undo`)"


def _undo(home: Home, entries: Sequence[LedgerEntry], asked: Asked, before: datetime | None, say: Say) -> None:
    from orchestration.log_ingest.forgetting import Choice, remember_logs

    forgotten = [entry for entry in entries if entry.is_forgotten]
    if not forgotten:
        raise UsageError(f"{home.path}: no log is forgotten there; name another home with --home")
    chosen = Choice(asked.patterns, before).of(forgotten)
    say(f"{'Would undo' if asked.is_dry else 'No longer forgotten:'} {counted(len(chosen), 'log')}")
    for line in _shortened([f"  {printable(entry.log_file_path)}" for entry in chosen]):
        say(line)
    if not asked.is_dry:
        with home.running(lambda: say("another run works in this home folder: waiting for its end")), home.exclusive():
            remember_logs(home.lake, [entry.log_file_id for entry in chosen])
        say("`sightline run` reads those whose file is still there; what is gone does not come back")


def _list(forgotten: Sequence[LedgerEntry], say: Say) -> None:
    for entry in sorted(forgotten, key=lambda entry: (entry.state.forgotten_at, entry.log_file_path)):
        where = "file no longer there" if entry.row["is_gone"] else "passed over"
        say(f"{printable(entry.log_file_path)}: forgotten on {entry.state.forgotten_at[:10]}, {where}")
    if not forgotten:
        say("No log is forgotten here")


def _files(settings: Settings) -> tuple["LogSource", ...]:
    """Return the logs that lie in the given folders; forgetting needs none of them."""
    with suppress(SightlineError):
        return require_logs(settings).logs
    return ()


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--before {text}: is no date; write it as 2026-03-01 or 2026-03-01T10:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _copies_of(chosen: Sequence[LedgerEntry], entries: Sequence[LedgerEntry]) -> int:
    ids = {entry.log_file_id for entry in chosen}
    return sum(entry.state.duplicate_of_id in ids for entry in entries)


def _counted(chosen: Sequence[LedgerEntry], copies: int) -> str:
    sessions = sum(entry.row["record_count"] > 0 for entry in chosen)
    lines = sum(entry.row["line_count"] for entry in chosen)
    also = f" and {counted(copies, 'copy', 'copies')}" if copies else ""
    return f"{counted(len(chosen), 'log')}{also}: {counted(sessions, 'session')}, {counted(lines, 'line')}"


def _lines_of(chosen: Sequence[LedgerEntry]) -> list[str]:
    return _shortened([f"  {printable(entry.log_file_path)}: {_described(entry)}" for entry in chosen])


def _described(entry: LedgerEntry) -> str:
    first, last = entry.row["first_emitted_at"], entry.row["last_emitted_at"]
    lines = counted(entry.row["line_count"], "line")
    if isinstance(first, datetime) and isinstance(last, datetime):
        return f"{lines}, {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    modified = entry.row["file_modified_at"]
    return f"{lines}, without times" + (f", file of {modified:%Y-%m-%d %H:%M} UTC" if modified else "")


def _shortened(lines: list[str]) -> list[str]:
    rest = more(len(lines), _SHOWN_LOGS)
    return [*lines[:_SHOWN_LOGS], *([f"  {rest}"] if rest else [])]


def _named(paths: Sequence[Path]) -> str:
    return named([printable(path.name) for path in paths], _SHOWN_FILES)
