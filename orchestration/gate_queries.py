"""The queries of the gates: one row per reason, in the order of the columns of `gates.Reason`.

What is accepted and what only follows from something else is never a reason. Rows are grouped by class and place:
a beat that fails a hundred times is one reason. `$logs` are the logs that are judged (null: all), `$results` the files
with the results of the checks. Which gate asks which query is said in gates.py.
"""

# A window holds sessions of weeks, and their logs may be gone: what is judged are the logs a run was given.
_IS_JUDGED = "(cast($logs as varchar[]) is null or list_contains(cast($logs as varchar[]), log_file_path))"

_ONE_PLACE = """
    sum(occurrence_count) as occurrence_count,
    count(distinct session_id) as session_count,
    arg_min(log_file_path, (log_file_path, line_number)) as log_file_path,
    arg_min(line_number, (log_file_path, line_number)) as line_number
"""

# A log that ends while a flow runs (a closed tab, a cut file) says nothing against the application.
_ENDED_WITH_ITS_LOG = "deviation_class in ('incomplete_flow', 'never_started_flow')"

DEVIATIONS = f"""
select
    case when {_ENDED_WITH_ITS_LOG} then 'info' else severity end as severity,
    replace(deviation_class, '_', ' ') as reason_class,
    concat_ws(', ', sequence_name, 'beat ' || beat_number, topic, handler_name) as place,
    arg_min('expected ' || expected || ', found ' || observed, (log_file_path, line_number)) as detail,
    {_ONE_PLACE}
from marts.fct_flow_deviations
where not is_accepted and not is_consequence and {_IS_JUDGED}
group by all
order by reason_class, place, severity
"""

# What a log notes as a warning is worth knowing. An error of a flow that failed is what its user saw of it.
ERRORS = f"""
with errors as (
    select
        error.*,
        1 as occurrence_count,
        case
            when error.severity <> 'error' then 'info'
            when flow.status = 'failed' then 'critical'
            else 'warning'
        end as gravity
    from marts.fct_errors as error
    left join marts.fct_flows as flow on error.flow_id = flow.flow_id
    where not error.is_consequence and not error.is_accepted
)

select
    gravity as severity,
    replace(error_kind, '_', ' ') as reason_class,
    concat_ws(
        ', ', sequence_name, 'beat ' || beat_number, handler_name,
        coalesce(nullif(normalised_message, ''), 'error message missing from log')
    ) as place,
    '' as detail,
    {_ONE_PLACE}
from errors
where {_IS_JUDGED}
group by gravity, reason_class, place
order by reason_class, place, gravity
"""

ANOMALIES = f"""
select
    severity,
    replace(anomaly_class, '_', ' ') as reason_class,
    concat_ws(', ', sequence_name, 'beat ' || beat_number, topic, handler_name) as place,
    arg_min('expected ' || expected || ', found ' || observed, (log_file_path, line_number)) as detail,
    {_ONE_PLACE}
from marts.fct_anomalies
where {_IS_JUDGED}
group by severity, reason_class, place
order by reason_class, place, severity
"""

# Checks that fail, of data and of the application alike.
EXPECTATIONS = """
select
    severity,
    replace(check_name, '_', ' ') as reason_class,
    table_name as place,
    'expected ' || expected || ', found ' || observed
    || case when len(things) > 0 then ', at ' || array_to_string(list_slice(things, 1, 5), ', ') else '' end
    || case when len(examples) > 0 then '; ' || array_to_string(list_slice(examples, 1, 3), '; ') else '' end as detail,
    unexpected_count as occurrence_count,
    null as session_count,
    null as log_file_path,
    null as line_number
from read_parquet($results, union_by_name = true)
where not is_success
order by table_name, check_name
"""

# A change that another change explains is the same cause once more. What took at least twice as long, also by the
# lower end of its interval, is critical.
REGRESSIONS = """
select
    case when change_pct_low >= 100 then 'critical' else 'warning' end as severity,
    'slower' as reason_class,
    unit_kind || ' ' || unit_name as place,
    format('{:.1f} ms slower', change_ms)
    || case when good_build <> bad_build then ' from ' || good_build || ' to ' || bad_build else '' end
    || format(' ({:.1f} to {:.1f} ms)', change_ms_low, change_ms_high) as detail,
    null as occurrence_count,
    null as session_count,
    session.log_file_path,
    after_example_line_number as line_number
from marts.fct_regressions as change
left join marts.dim_sessions as session on change.after_example_session_id = session.session_id
where direction = 'regression' and lifecycle = 'new' and cause_regression_id is null
order by change_per_session_ms desc, regression_id
"""

# Infos (declared, and never used in these sessions) say more about the window than about the declaration.
DRIFT = """
select
    severity,
    replace(drift_class, '_', ' ') as reason_class,
    coalesce(drift.handler_name, drift.topic, drift.sequence_name) as place,
    'declared: ' || declared || '; found: ' || found as detail,
    occurrence_count,
    drift.session_count,
    session.log_file_path,
    example_line_number as line_number
from marts.fct_declaration_drift as drift
left join marts.dim_sessions as session on drift.example_session_id = session.session_id
where not is_accepted
order by drift_class, place, drift_id
"""

BUDGETS = """
select
    severity,
    'over budget' as reason_class,
    concat_ws(' ', nullif(subject_kind, 'start_up'), subject_name) || ' (' || statistic || ')' as place,
    format('{:,.1f} ms of at most {:,.1f} ms, over it {:,} of {:,} times', actual_ms, limit_ms, over_count, timed_count)
    || '; ' || source_key || ' in ' || source_file_path
    || case when source_line_number is not null then ', line ' || source_line_number else '' end as detail,
    null as occurrence_count,
    null as session_count,
    log_file_path,
    line_number
from reports.rpt_budgets
where verdict = 'over'
order by subject_kind, place, budget_subject_id
"""
