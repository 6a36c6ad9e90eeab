"""What a home still says of logs that were forgotten, beside lake and warehouse: found and removed.

Words that earlier sites said, measured accuracy, dbt's log, Dagster's runs, and the freed blocks of the databases. A
note in `records/` says that this is under way: whatever ends it, the next run of the command line goes on. Which logs
are forgotten, and how they leave the lake, is orchestration/log_ingest/forgetting.py; the order of work is pipeline.py.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from docs_site.parts.findings import load_findings
from docs_site.queries.changes import take_snapshot
from docs_site.queries.health import failures_of, load_alarming_checks
from docs_site.queries.history import keep_what_is_still_said
from orchestration.defs.fingerprint import forget_record, write_record
from orchestration.defs.home import Home
from orchestration.domain.errors import SightlineError
from orchestration.warehouse import TablesError, fetch_tuples, open_tables, rewrite

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_DATABASES = ("event_log.db", "history/runs.db", "schedules/schedules.db")
# As long as another process may be at work in a database of Dagster.
_WAIT_SECONDS = 30
_BUILDS = "select distinct build from marts.dim_sessions where build is not null"


def begin_forgetting(home: Home) -> None:
    """Note that something is to leave this home altogether; before the first of it is removed."""
    write_record(_note(home), {"begun_at": datetime.now(UTC).isoformat(timespec="seconds")})


def is_forgetting(home: Home) -> bool:
    """Tell whether something is still to leave this home."""
    return _note(home).is_file()


def forget_runs(instance: dg.DagsterInstance) -> int:
    """Remove all finished runs, what they recorded of assets and checks, and their output; return how many.

    Checks record examples, and failures texts: which run read which log is not to be told from them.
    """
    run_ids = [run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=_FINISHED))]
    for run_id in run_ids:
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        instance.delete_run(run_id)
    instance.wipe_assets(list(instance.all_asset_keys()))
    return len(run_ids)


def forget_words(home: Home) -> None:
    """Remove what was said and measured of logs that are gone: between the building of tables and of pages."""
    findings = [finding.headline for finding in load_findings(home.published, home.lake, home.quality)]
    checks = [name for row in load_alarming_checks(home.quality) for name in failures_of(row)]
    now = take_snapshot(home.published, datetime.now(UTC).isoformat(timespec="seconds"), findings, checks)
    with open_tables(home.published) as connection:
        builds = {build for (build,) in fetch_tuples(connection, _BUILDS)}
    keep_what_is_still_said(home.history, now, builds)
    for path in (home.accuracy, *home.dbt_target.glob("dbt.log*")):
        path.unlink(missing_ok=True)


def end_forgetting(home: Home) -> None:
    """Write the databases anew, so that no freed block of them holds what was in it, and drop the note."""
    try:
        rewrite(home.warehouse)
    except TablesError as error:
        raise SightlineError(f"{error}; run `sightline run` to finish") from None
    for name in _DATABASES:
        path = home.dagster / name
        if path.is_file():
            _vacuum(path)
    forget_record(_note(home))


def _note(home: Home) -> Path:
    return home.records / "forgetting.json"


def _vacuum(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.Error as error:
        raise SightlineError(
            f"{path}: is in use ({error}); end `sightline ui`, then `sightline run` finishes"
        ) from None
