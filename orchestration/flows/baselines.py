"""A baseline out of the published tables, and the sessions that are not in one compared with it.

The queries, and which sessions they are asked about. What the parts mean, and how two baselines are compared, belongs
to orchestration/analysis/baselines.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from orchestration.analysis.baselines.baseline_model import (
    FORMAT,
    VERSION,
    Baseline,
    BaselineSession,
    Covered,
    DeclaredBeat,
    Rate,
    Spread,
    TimedUnit,
)
from orchestration.analysis.baselines.comparison_model import Comparison
from orchestration.warehouse import Connection, fetch_tuples

_LATER = "select session_id, log_file_path from marts.dim_sessions order by session_id"
_SESSIONS = """
select session_id, session_name, log_file_path, build, started_at, load_factor
from marts.dim_sessions where ? is null or list_contains(?, session_id)
order by started_at nulls first, log_file_path, session_id
"""
_NAMES = """
select 'handler' as kind, handler_id as id, handler_name as name, plugin_name as plugin from marts.dim_handlers
union all
select 'beat', b.beat_id, b.sequence_name || ', beat ' || b.beat_number || ': ' || b.topic, s.plugin_name
from marts.dim_beats b left join marts.dim_sequences s using (sequence_id)
union all
select 'sequence', sequence_id, sequence_name, plugin_name from marts.dim_sequences
"""
# As int_unit_levels__measured has them; percentiles where as many executions as they need stand behind them.
_LEVELS = """
select unit_kind, unit_id, max(clock_ms) as clock_ms,
       list((session_id, log_level, execution_count) order by session_id) as levels
from intermediate.int_unit_levels__measured where list_contains(?, session_id)
group by unit_kind, unit_id order by unit_kind, unit_id
"""
_SPREADS = """
with clocks as (
    select unit_kind, unit_id, max(clock_ms) as clock_ms from intermediate.int_unit_levels__measured group by all
),
timed as (
    select unit_kind, unit_id, duration_ms, floor(4 * log2(duration_ms + clock_ms))::bigint as bucket
    from intermediate.int_units__timed join clocks using (unit_kind, unit_id) where list_contains(?, session_id)
),
bucketed as (
    select unit_kind, unit_id, map(list(bucket order by bucket), list(n order by bucket)) as buckets
    from (select unit_kind, unit_id, bucket, count(*) as n from timed group by all) group by all
)
select unit_kind, unit_id, count(*), round(sum(duration_ms), 3), max(duration_ms), quantile_cont(duration_ms, 0.5),
       case when count(*) >= 20 then quantile_cont(duration_ms, 0.95) end,
       case when count(*) >= 100 then quantile_cont(duration_ms, 0.99) end, any_value(buckets)
from timed join bucketed using (unit_kind, unit_id) group by unit_kind, unit_id
"""
_RATES = """
select 'sequence' as kind, sequence_id as id, any_value(sequence_name) as name, 'deviates' as measure, session_id,
       count(*) as cases, count(*) filter (where not is_conformant) as bad
from marts.fct_flows where sequence_id is not null and list_contains($sessions, session_id) group by all
union all
select 'sequence', sequence_id, any_value(sequence_name), 'fails', session_id, count(*),
       count(*) filter (where status = 'failed')
from marts.fct_flows where sequence_id is not null and list_contains($sessions, session_id) group by all
union all
select 'handler', handler_id, any_value(handler_name), 'fails', session_id, count(*),
       count(*) filter (where status = 'error')
from marts.fct_handler_executions where handler_id is not null and list_contains($sessions, session_id) group by all
union all
select 'error', g.id, g.name, 'occurs', s.session_id, 1,
       exists (select 1 from marts.fct_errors e where e.session_id = s.session_id and e.error_group_id = g.id
               and not coalesce(e.is_consequence, false))::bigint
from (select error_group_id as id, any_value(coalesce(t.title, e.normalised_message)) as name
      from marts.fct_errors e left join reports.rpt_error_groups t using (error_group_id)
      where error_group_id is not null and not coalesce(e.is_consequence, false)
        and list_contains($sessions, e.session_id) group by 1) g
cross join (select session_id from marts.dim_sessions where list_contains($sessions, session_id)) s
order by kind, id, measure, session_id
"""
_COVERED = """
select 'handler' as kind, c.handler_id as id, c.handler_name, c.is_tested, count(distinct e.session_id),
       count(e.session_id)
from reports.rpt_handler_coverage c
left join marts.fct_handler_executions e on e.handler_id = c.handler_id and list_contains($sessions, e.session_id)
group by all
union all
select 'beat', b.beat_id, b.sequence_name || ', beat ' || b.beat_number || ': ' || b.topic, null,
       count(distinct e.session_id), count(e.session_id)
from marts.dim_beats b
left join marts.fct_beat_executions e on e.beat_id = b.beat_id and list_contains($sessions, e.session_id)
group by all
order by kind, id
"""
_BEATS = """
select beat_id, sequence_id, handler_id, sequence_name || ', beat ' || beat_number || ': ' || topic, timing, beat_kind
from marts.dim_beats order by beat_id
"""


def take_baseline(
    connection: Connection, name: str, saved_at: datetime, session_ids: Sequence[str] | None = None
) -> Baseline:
    """Return what the chosen sessions showed; all sessions without a choice."""
    chosen = None if session_ids is None else list(session_ids)
    sessions = [BaselineSession(*row) for row in fetch_tuples(connection, _SESSIONS, [chosen, chosen])]
    places = {session.session_id: place for place, session in enumerate(sessions)}
    covered = fetch_tuples(connection, _COVERED, {"sessions": list(places)})
    return Baseline(
        FORMAT,
        VERSION,
        name,
        saved_at,
        tuple(sessions),
        tuple(_units(connection, places)),
        tuple(_rates(connection, places)),
        tuple(Covered(*row) for row in covered),
        tuple(DeclaredBeat(*row) for row in fetch_tuples(connection, _BEATS)),
    )


def compare_later_sessions(
    connection: Connection, baseline: Baseline, log_file_paths: Collection[str] | None = None
) -> Comparison | None:
    """Return how other sessions differ from the baseline, all or those of some logs; none when there is no other."""
    # Its statistics take a second to import, and most runs compare with no baseline.
    from orchestration.analysis.baselines.baseline_comparison import compare_with_baseline

    known = {session.session_id for session in baseline.sessions}
    later = [
        session_id
        for session_id, path in fetch_tuples(connection, _LATER)
        if session_id not in known and (log_file_paths is None or path in log_file_paths)
    ]
    if not later:
        return None
    return compare_with_baseline(baseline, take_baseline(connection, "now", baseline.saved_at, later))


def _units(connection: Connection, places: dict[str, int]) -> list[TimedUnit]:
    names = {(kind, key): (name, plugin) for kind, key, name, plugin in fetch_tuples(connection, _NAMES)}
    spreads = {tuple(row[:2]): Spread(*row[2:]) for row in fetch_tuples(connection, _SPREADS, [list(places)])}
    units = []
    for kind, key, clock_ms, levels in fetch_tuples(connection, _LEVELS, [list(places)]):
        name, plugin = names.get((kind, key), (key, None))
        placed = tuple((places[session_id], level, count) for session_id, level, count in map(_values, levels))
        units.append(TimedUnit(kind, key, name, plugin, clock_ms, spreads[kind, key], placed))
    return units


def _values(struct: Any) -> tuple[Any, ...]:
    """Return a row of a list as DuckDB gives it: a dictionary, or a tuple where its fields have no names."""
    return tuple(struct.values()) if isinstance(struct, dict) else tuple(struct)


def _rates(connection: Connection, places: dict[str, int]) -> list[Rate]:
    counts: dict[tuple[str, str, str, str], list[tuple[int, int, int]]] = {}
    names: dict[tuple[str, str], str] = {}
    for kind, key, name, measure, session_id, cases, bad in fetch_tuples(
        connection, _RATES, {"sessions": list(places)}
    ):
        # A name may be spelt differently from session to session; the rate is one.
        shown = names.setdefault((kind, key), name or key)
        counts.setdefault((kind, key, shown, measure), []).append((places[session_id], cases, bad))
    return [Rate(*subject, counts=tuple(found)) for subject, found in counts.items()]
