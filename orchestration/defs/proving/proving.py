"""`sightline prove`: break copies of held-out sessions, judge them in a scratch home, count what is found.

The same ingest, models and detectors as in a run, without code scan, tests and site. What a fault is belongs to
orchestration/faults, what the figures are to accuracy_report.py.
"""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orchestration.defs.dbt.project import load_manifest, models_fingerprint
from orchestration.defs.dbt.warehouse import build_above
from orchestration.defs.fingerprint import read_record, write_record
from orchestration.defs.home import Home
from orchestration.defs.logs.options import ingest_options
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Step, step
from orchestration.defs.project.assets import anomaly_setting_rows
from orchestration.defs.proving.accuracy_basis import accuracy_basis
from orchestration.defs.proving.accuracy_report import Basis, report_of, slower_builds_of
from orchestration.defs.proving.fault_plan import MOST_LINES, Copy, FaultPlan, Roster, draw_roster
from orchestration.defs.proving.judging import Judgements
from orchestration.defs.proving.recorded import Recordings, read_slower_builds, write_log
from orchestration.defs.proving.scratch import scratch_home
from orchestration.domain.errors import UsageError
from orchestration.domain.project_tables import ANOMALY_SETTINGS
from orchestration.domain.tables import LOG_FILES
from orchestration.faults.fault_scores import Judged, judge_fault
from orchestration.faults.slower_builds import CHANGES, LEAST_SESSIONS, Outcome
from orchestration.lake import table_folder, write_parquet
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.warehouse import fetch_tuples, load_raw, open_tables

DEFAULT_FAULT_COUNT = 100
DEFAULT_SEED = 1
# Handlers slowed in a made build, each by every change: a tenth of a second each.
MOST_SLOWED = 10
# What is read of the scratch warehouse, and so built.
_JUDGING_MODELS = (
    "fct_flow_deviations",
    "fct_anomalies",
    "fct_handler_executions",
    "fct_beat_executions",
    "dim_beats",
    "rpt_session_causes",
)
_ROSTER = """
select log_file_path, is_training, is_incident from intermediate.int_sessions__rostered
"""
_FLOWS = "select distinct log_file_path from marts.fct_flows where status = 'completed'"
_LARGE = "select log_file_path from marts.dim_sessions where line_count > ?"


@dataclass(frozen=True, slots=True)
class Choice:
    """How many faults to make, and which seed decides where."""

    fault_count: int = DEFAULT_FAULT_COUNT
    seed: int = DEFAULT_SEED


def prove(platform: Platform, choice: Choice) -> dict[str, object]:
    """Measure how many known faults are found in copies of the user's logs; keep and return the figures.

    Raises UsageError when there is nothing to copy: no warehouse yet, or no log that is still where it was.
    """
    began = time.monotonic()
    home = platform.home
    _require_warehouse(home)
    folders = tuple(Path(folder) for folder in platform.settings.ingest.dialect_folders)
    chance = random.Random(choice.seed)
    with step("make faults", platform.listener) as going, home.exclusive():
        recordings = Recordings(home.lake, platform.settings.inputs.logs, folders)
        roster = _roster(home, recordings, chance)
        before = Judgements(home.warehouse, list(roster.training))
        plan = FaultPlan(recordings, roster.held_out, chance, before)
        copies = []
        for copy in plan.copies(choice.fault_count):
            copies.append(copy)
            going.say(f"{len(copies)} of {choice.fault_count}, {copy.fault.kind.replace('_', ' ')}")
        if not copies:
            reason = next(
                (text for texts in plan.reasons.values() for text in texts), "no session has a completed flow"
            )
            raise UsageError(f"no fault can be made in these logs: {reason}")
        going.say(f"{len(copies)} copies of {len(roster.held_out)} sessions that {len(roster.training)} others judge")
    judged, after, dropped = _judge(platform, copies, roster)
    with step("slow builds", platform.listener) as going:
        slowed = _slowed(home, choice.seed, going)
    basis = Basis(choice.seed, roster, accuracy_basis(folders), round(time.monotonic() - began, 1))
    report = report_of(basis, judged, {"before": before, "after": after}, plan.reasons, dropped)
    report["slower_builds"] = slower_builds_of(*slowed)
    with home.private():
        write_record(home.accuracy, report)
    return report


def _require_warehouse(home: Home) -> None:
    if not home.warehouse.is_file():
        raise UsageError(f"{home.path}: nothing has been built there yet; run `sightline run` first")
    if read_record(home.records / "models.json").get("fingerprint") != models_fingerprint():
        raise UsageError(f"{home.path}: it was built by another version of Sightline; run `sightline run` first")


def _slowed(home: Home, seed: int, going: Step) -> tuple[int, dict[str, list[Outcome]]]:
    """Slow some handlers in half of the sessions of a build, as a new build would; return the outcomes by change."""
    builds = read_slower_builds(home.warehouse)
    handlers = builds.handlers() if len(builds.sessions) >= LEAST_SESSIONS else []
    chosen = sorted(random.Random(seed).sample(handlers, min(len(handlers), MOST_SLOWED)))
    outcomes = {}
    for change in CHANGES:
        outcomes[change.words] = list(builds.outcomes(change, chosen, seed))
        going.say(f"{len(chosen)} handlers in {len(builds.sessions)} sessions of one build: {change.words.lower()}")
    return len(builds.sessions), outcomes


def _roster(home: Home, recordings: Recordings, chance: random.Random) -> Roster:
    """Draw the held-out sessions: not those marked as incidents, and only such with a completed flow."""
    with open_tables(home.warehouse) as connection:
        rows = fetch_tuples(connection, _ROSTER)
        running = {path for (path,) in fetch_tuples(connection, _FLOWS)}
        large = {path for (path,) in fetch_tuples(connection, _LARGE, [MOST_LINES])}
    incidents = {path for path, _, is_incident in rows if is_incident}
    named = {path for path, is_training, _ in rows if is_training} - incidents
    pool = named or {path for path, _, _ in rows} - incidents
    readable = {log.log_file_path for log in recordings.logs}
    usable = (readable & running) - incidents - large
    if not usable:
        raise UsageError("no log with a completed flow is still where it was read; give the logs again with --logs")
    return draw_roster(sorted(usable), sorted(pool), chance)


def _judge(platform: Platform, copies: Sequence[Copy], roster: Roster) -> tuple[list[Judged], Judgements, list[Copy]]:
    with scratch_home(platform.home) as scratch:
        with step("read copies", platform.listener) as going:
            kept, dropped = _ingest(replace(platform, home=scratch), copies, roster)
            going.say(f"{len(kept)} read" + (f", {len(dropped)} not read as they were made" if dropped else ""))
        with step("judge copies", platform.listener) as going:
            _build(scratch, load_manifest(platform.home), going)
            after = Judgements(scratch.warehouse, list(roster.training))
            going.say(f"{len(kept)} copies, {len(roster.held_out)} originals")
    judged = [_judged(copy, after) for copy in kept]
    return judged, after, dropped


def _judged(copy: Copy, after: Judgements) -> Judged:
    path, original = copy.log_file_path, copy.original.log_file_path
    return judge_fault(
        copy.fault,
        (path, original),
        after.findings(path),
        after.findings(original),
        causes=after.causes(path),
        is_found_simply=after.is_found_simply(copy.fault, path, original),
    )


def _ingest(scratch: Platform, copies: Sequence[Copy], roster: Roster) -> tuple[list[Copy], list[Copy]]:
    """Ingest the copies; return those that are read like their originals, and the others."""
    folder = scratch.home.path / "logs"
    for copy in copies:
        path = folder / copy.log_file_path
        path.parent.mkdir(parents=True, exist_ok=True)
        write_log(path, copy.text)
    # A copy that was cut is no copy to be passed over, one that was added to is not its original grown.
    options = replace(ingest_options(scratch), settle_seconds=0.0, are_all_new=True)
    ingest_logs([folder], scratch.home.lake, options)
    chosen = scratch.settings.anomalies.model_copy(
        update={"training": tuple(_as_glob(path) for path in roster.training), "training_builds": ()}
    )
    rows = anomaly_setting_rows(chosen)
    write_parquet(rows, table_folder(scratch.home.lake, ANOMALY_SETTINGS) / "configuration.parquet")
    read = _files(scratch.home.lake)
    kept = [copy for copy in copies if _is_read_alike(read, copy)]
    return kept, [copy for copy in copies if copy not in kept]


def _files(lake: Path) -> dict[str, tuple[str, str, int]]:
    query = "select log_file_path, ingest_status, dialect_name, rejected_line_count from raw"
    rows = [tuple(row.values()) for row in load_raw(lake, LOG_FILES.name, query)]
    return {path: (status, dialect, rejected) for path, status, dialect, rejected in rows}


def _is_read_alike(read: dict[str, tuple[str, str, int]], copy: Copy) -> bool:
    copied, original = read.get(copy.log_file_path), read[copy.original.log_file_path]
    return copied is not None and copied[:2] == original[:2] and copied[2] <= original[2]


def _as_glob(path: str) -> str:
    """Return the pattern that matches this path alone."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)


def _build(scratch: Home, manifest: Mapping[str, Any], going: Step) -> None:
    build_above(scratch, manifest, _JUDGING_MODELS, going)
