"""DAGSTER_HOME inside the home folder: Dagster's configuration and its databases of runs and events.

Made whole or not at all: Dagster takes a database that was only begun for a finished one, and fails in it for ever.
"""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg

from orchestration.defs.home import Home
from orchestration.whole_files import remove_own_folder, require_own_folder, write_whole

DAGSTER_YAML = """\
# Written by Sightline. Nothing is sent anywhere; runs wait for each other, because each uses the whole machine.
# No pools: a killed run would keep its place in one for ever. Steps wait by the lock of the home folder instead.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
# With `sightline ui` open, a run that died is started once more (see the job's tags).
run_retries:
  enabled: true
# One file for the events of all runs: opening a file per run and event cost a third of a run with nothing new.
event_log_storage:
  module: orchestration.defs.event_log
  class: KeptSqliteEventLogStorage
  config:
    base_dir:
      env: DAGSTER_HOME
"""

CONFIGURATION = "dagster.yaml"
EVENTS_DATABASE, EVENTS_TABLE = "event_log.db", "event_logs"
# What Dagster and we put into the folder; the databases have files beside them while they are open.
OWN_NAME = re.compile(
    r"\.?(dagster|workspace)\.yaml(\.\d+\.tmp)?|(event_log|runs|schedules)\.db(-\w+)?"
    r"|history|schedules|storage|logs|\.telemetry|\.nux|\.logs_queue"
)


def prepare_dagster_home(home: Home) -> Path:
    """Make or mend DAGSTER_HOME, point this process at it, and return it."""
    with home.preparing():
        if not is_whole(home.dagster):
            _make(home.dagster)
        elif _is_ours(home.dagster / CONFIGURATION):
            _bring_up_to_date(home.dagster / CONFIGURATION)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    # What a run plans, hundreds of events, is stored at once.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")
    return home.dagster


def is_whole(folder: Path) -> bool:
    """Tell whether Dagster can work there: somebody else's configuration, or ours with a finished database."""
    configuration = folder / CONFIGURATION
    if not configuration.is_file():
        return False
    return not _is_ours(configuration) or _has_table(folder / EVENTS_DATABASE, EVENTS_TABLE)


def _bring_up_to_date(configuration: Path) -> None:
    """Replace an older version of ours in one step: half a configuration would fail every later run."""
    if configuration.read_text(encoding="utf-8") == DAGSTER_YAML:
        return
    write_whole(configuration, DAGSTER_YAML.encode())


def _is_ours(configuration: Path) -> bool:
    return configuration.read_text(encoding="utf-8").startswith(DAGSTER_YAML.splitlines()[0])


def _has_table(database: Path, table: str) -> bool:
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            query = "select count(*) from sqlite_master where type = 'table' and name = ?"
            return bool(connection.execute(query, [table]).fetchone()[0])
    except sqlite3.OperationalError:
        # It cannot be asked just now, because another process is at work in it: never a reason to make it anew.
        return True
    except sqlite3.DatabaseError:
        return False


def _make(folder: Path) -> None:
    """Make the folder beside its place, databases included, and put it there in one step."""
    aside = folder.with_name(folder.name + ".new")
    require_own_folder(folder, _is_of_runs)
    remove_own_folder(aside, _is_of_runs)
    aside.mkdir(parents=True)
    write_whole(aside / CONFIGURATION, DAGSTER_YAML.encode())
    os.environ["DAGSTER_HOME"] = str(aside)
    with dg.DagsterInstance.from_config(str(aside)) as instance:
        # Each database is made when it is first asked for something.
        instance.get_runs_count()
        instance.fetch_run_status_changes(dg.DagsterEventType.RUN_SUCCESS, limit=1)
        instance.all_instigator_state()
    remove_own_folder(folder, _is_of_runs)
    aside.rename(folder)


def _is_of_runs(folder: Path) -> bool:
    """Tell whether all that stands in the folder was put there by us or by Dagster at our order."""
    return all(OWN_NAME.fullmatch(path.name) for path in folder.iterdir())
