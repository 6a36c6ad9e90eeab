"""The last lines of a run: what was found, from the marts."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from orchestration.domain.amounts import counted, named
from orchestration.domain.errors import SightlineError
from orchestration.domain.passed_over import words_of_no_log
from orchestration.warehouse import Connection, fetch_tuples, open_files, open_tables

TOTALS = """
select
    (select count(*) from marts.dim_sessions),
    (select coalesce(sum(line_count), 0) from staging.stg_logs__log_files),
    (select coalesce(sum(rejected_line_count), 0) from staging.stg_logs__log_files),
    (
        select count(*) from staging.stg_logs__log_files
        where ingest_status in ('unrecognised', 'damaged', 'unreadable', 'quarantined')
    ),
    (select count(*) from marts.fct_flows),
    (select count(*) from marts.fct_flows where is_conformant),
    (select count(*) from marts.dim_sequences),
    (
        select count(*) from marts.fct_flow_deviations
        where severity <> 'info' and not is_accepted and not is_consequence
    ),
    (select count(*) from marts.fct_errors where severity = 'error' and not is_consequence)
"""

# What to look at: what flows waited for longest; where they waited for nothing, where most time goes.
COSTLIEST_HANDLER = """
select handler_name, plugin_name, waited_per_session_ms, share_pct, p50_ms, p95_ms, timed_count
from reports.rpt_handler_performance
where timed_count > 0
order by waited_per_session_ms desc nulls last, total_ms desc, handler_name
limit 1
"""

SHOWN_PATHS = 3
SHOWN_TESTS = 5

# Files in no number, by what they are.
SET_ASIDE = """
select ingest_status, problem, list(log_file_path order by log_file_path)
from staging.stg_logs__log_files
where ingest_status in ('unrecognised', 'not_a_log')
group by ingest_status, problem
order by ingest_status, problem
"""

BUDGETS = """
select
    count(*),
    count(case when verdict = 'over' then 1 end),
    arg_min(
        subject_name || ', ' || statistic || ' ' || format('{:,.1f} ms of at most {:,.1f} ms', actual_ms, limit_ms),
        case verdict when 'over' then limit_ms / actual_ms end
    )
from reports.rpt_budgets
where subject_id is not null
"""

UNMATCHED_BUDGETS = """
select source_key, source_file_path from reports.rpt_budgets
where verdict = 'matches_nothing' and budget_origin = 'configured'
order by source_key
"""

FAILED_TESTS = """
select test_name, coalesce(failure_count, 0), log_file_path
from (select null::varchar as log_file_path where false union all by name from read_parquet(?))
where not is_success and severity = 'error'
order by test_name
"""


def describe_findings(warehouse: Path) -> Iterator[str]:
    """Yield one line per finding, each with its n."""
    with open_tables(warehouse) as connection:
        [totals] = fetch_tuples(connection, TOTALS)
        costliest = fetch_tuples(connection, COSTLIEST_HANDLER)
        aside = fetch_tuples(connection, SET_ASIDE)
        budgets = list(describe_budgets(connection))
    yield from describe_set_aside(aside)
    if totals[0] == 0:
        yield "NO LOG WAS UNDERSTOOD: nothing is counted; the data health page says why"
        return
    sessions, lines, rejected, problems, flows, conformant, declared, deviations, errors = totals
    yield f"{counted(sessions, 'session')}, {counted(flows, 'flow')}, {conformance(conformant, flows, declared)}"
    yield from (describe_handler(*handler) for handler in costliest)
    yield f"{errors:,} errors, {deviations:,} deviations"
    yield from budgets
    yield f"{rejected:,} of {lines:,} lines rejected{describe_problems(problems)}"


def describe_set_aside(files: Iterable[tuple[str, str, list[str]]]) -> Iterator[str]:
    """Name the files that are in no number by (status, problem, paths), and what they are."""
    for status, problem, paths in files:
        if status == "not_a_log":
            yield f"not a log: {describe_paths(paths)}: {words_of_no_log(problem)}"
        else:
            yield f"of no dialect known here: {describe_paths(paths)}: see the guide 'Add a dialect'"


def describe_paths(paths: list[str]) -> str:
    """Return the first of some log paths, and how many more there are."""
    return named([printable(path) for path in paths], SHOWN_PATHS)


def describe_budgets(connection: Connection) -> Iterator[str]:
    """Yield what is over its budget, the furthest over named, and the budgets that are about nothing."""
    [(compared, over, worst)] = fetch_tuples(connection, BUDGETS)
    if compared:
        named = f", the furthest {printable(worst)}" if over else ""
        yield f"{over:,} of {compared:,} comparisons with a budget are over it{named}"
    yield from (line for _, line in unmatched_budgets(connection))


def unmatched_budgets(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield key and warning of each budget of the configuration whose pattern is no name of anything."""
    for key, file in fetch_tuples(connection, UNMATCHED_BUDGETS):
        yield key, f"WARNING: {printable(key)} in {printable(file)} matches nothing, declared or seen; correct the name"


def describe_handler(
    name: str, plugin: str | None, waited: float | None, share: float, p50: float | None, p95: float | None, count: int
) -> str:
    """Say what a handler costs; percentiles only where there are enough executions for them."""
    words = f"look at {printable(name)} of {printable(plugin or '?')}: {share:.0f}% of handler time"
    waiting = f"; flows wait {waited:,.1f} ms per session for it" if waited else ""
    if p50 is None or p95 is None:
        return f"{words} (n = {count:,}, too few for percentiles){waiting}"
    return f"{words}, p50 {p50:,.1f} ms, p95 {p95:,.1f} ms (n = {count:,}){waiting}"


def describe_failed_tests(quality: Path) -> Iterator[str]:
    """Yield a line per data test that failed, up to some: the numbers it speaks of are in doubt."""
    failed = _failed_tests(quality)
    for name, failure_count, log in failed[:SHOWN_TESTS]:
        place = f", like those of {printable(log)}" if log else ""
        yield f"IN DOUBT: the test {name} of the tables failed for {failure_count:,} rows{place}"
    if len(failed) > SHOWN_TESTS:
        yield f"IN DOUBT: {len(failed) - SHOWN_TESTS:,} more tests failed: the data health page has all"


def require_sound_tables(quality: Path) -> None:
    """Raise SightlineError when a test of the tables failed: what was published is not to be taken for sound."""
    failed = _failed_tests(quality)
    if failed:
        name, _, log = max(failed, key=lambda test: bool(test[2]))
        place = f" for {printable(log)}" if log else ""
        count = f"{len(failed):,} tests" if len(failed) > 1 else "a test"
        raise SightlineError(
            f"{count} of the tables failed, {name}{place}: the site is published, its numbers are in doubt; "
            "please report it, and take the log out with `sightline forget`"
        )


def _failed_tests(quality: Path) -> list[tuple[str, int, str | None]]:
    path = quality / "dbt_test_results.parquet"
    if not path.is_file():
        return []
    with open_files() as connection:
        return fetch_tuples(connection, FAILED_TESTS, [str(path)])


def conformance(conformant: int, flows: int, declared: int) -> str:
    """Say how many flows obey their declared sequence; a share of nothing, or of no rule, is not a number."""
    if not flows:
        return "nothing to conform"
    if not declared:
        return "no declared sequence to compare them with (--sequences names declarations)"
    return f"{100 * conformant / flows:.1f}% conformant"


def describe_problems(count: int) -> str:
    """Say that some files are not, or not wholly, in the numbers."""
    return f"; {count:,} files with a problem: the data health page says which" if count else ""


def printable(text: str) -> str:
    """Return log text as a terminal may show it: control characters (colours, cursor moves) replaced."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
