"""Error groups for the pages: the groups, and what belongs to each, given by error_group_id.

Grouping itself happens upstream (marts.fct_errors, reports.rpt_error_groups). One query for all groups each, as in
queries/handler_facts.
"""

from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

# Harm first: what was lost, flows in which something failed, how many sessions meet it, how often.
_GROUPS = """
select groups.*, greatest(coalesce(harmed_flow_count, 0), coalesce(lost_request_count, 0)) as harm_count
from reports.rpt_error_groups as groups
order by severity, lost_request_count desc, harm_count desc, session_count desc, error_count desc, title, error_group_id
"""
_BY_SESSION = """
select e.error_group_id, e.session_id, count(*) as error_count
from marts.fct_errors e where not coalesce(e.is_consequence, false) and e.error_group_id is not null
group by all order by all
"""
_SESSIONS = """
select session_id, session_name, started_at, build from marts.dim_sessions
order by started_at nulls last, log_file_path
"""
# The first, the latest, and between them one of each session: what shows that it is always the same.
_EXEMPLARS = """
with roots as (
    select error_group_id, session_id, flow_id, sequence_name, handler_name, message, seen_at, line_number,
           row_number() over (partition by error_group_id, session_id order by line_number) as of_session,
           count(*) over (partition by error_group_id, session_id) as session_error_count
    from marts.fct_errors where not coalesce(is_consequence, false) and error_group_id is not null
)
select roots.*, s.session_name from roots left join marts.dim_sessions s using (session_id)
where of_session = 1
qualify row_number() over (partition by error_group_id order by seen_at desc nulls last, session_name desc) <= 20
order by error_group_id, seen_at desc nulls last, session_name desc
"""
_CONSEQUENCES = """
select error_group_id, error_kind, consequence_reason, arg_min(message, (log_file_path, line_number)) as message,
       count(*) as error_count, count(distinct session_id) as session_count,
       list({session_id: session_id, flow_id: flow_id, line_number: line_number}
            order by log_file_path, line_number)[1:3] as examples
from marts.fct_errors where is_consequence and error_group_id is not null
group by error_group_id, error_kind, consequence_reason
order by error_group_id, min(line_number), error_kind, consequence_reason
"""
_STACKS = """
select g.error_group_id, e.detail, e.frame_function_name, e.frame_file_name, e.frame_line_number
from reports.rpt_error_groups g
join lateral (
    select detail, frame_function_name, frame_file_name, frame_line_number from marts.fct_errors
    where fct_errors.error_group_id = g.error_group_id and not coalesce(is_consequence, false) and detail is not null
    order by frame_file_name is null, seen_at desc nulls last, error_id limit 1
) e on true
"""
_TESTS = """
select g.error_group_id, c.evidence_kind, c.evidence_file_path, c.test_count, c.line_coverage_pct,
       t.failed_count, t.known_count
from reports.rpt_error_groups g
join marts.fct_test_coverage c using (handler_id)
left join (
    select test_file_path, count(*) filter (where last_status = 'failed') as failed_count,
           count(last_status) as known_count
    from marts.dim_tests group by test_file_path
) t on t.test_file_path = c.evidence_file_path
order by g.error_group_id, c.evidence_kind, c.evidence_file_path
"""
_COMMITS = """
select * from reports.rpt_error_commits
order by error_group_id, is_since_first_seen desc, committed_at desc, commit_hash
"""
_BREADCRUMBS = "select * from reports.rpt_error_breadcrumbs order by error_group_id, step_number desc"
_LIFT = """
select * from reports.rpt_error_lift order by error_group_id, p_value, odds_ratio desc, feature_kind, feature_value
"""
# Groups a handler takes part in: as root, or with consequences of a root elsewhere.
_BY_HANDLER = """
select e.handler_id, e.error_group_id, count(*) as record_count, count(distinct e.session_id) as handler_session_count
from marts.fct_errors e where e.handler_id is not null and e.error_group_id is not null group by all
"""
_BY_SEQUENCE = """
select f.sequence_id, e.error_group_id, count(*) as record_count, count(distinct e.flow_id) as sequence_flow_count
from marts.fct_errors e join marts.fct_flows f using (flow_id)
where f.sequence_id is not null and e.error_group_id is not null group by all
"""


def load_error_groups(warehouse: Path) -> list[Row]:
    """Read the groups: errors before warnings, those that did most harm first."""
    return load_rows(warehouse, _GROUPS)


def load_group_sessions(warehouse: Path) -> tuple[list[Row], dict[str, list[Row]]]:
    """Read the sessions in the order of time, and the errors of each group by session."""
    return load_rows(warehouse, _SESSIONS), by_key(load_rows(warehouse, _BY_SESSION), "error_group_id")


def load_group_facts(warehouse: Path) -> dict[str, dict[str, list[Row]]]:
    """Read what a group's page shows, by name of the part and by group."""
    queries = {
        "exemplars": _EXEMPLARS,
        "consequences": _CONSEQUENCES,
        "stack": _STACKS,
        "tests": _TESTS,
        "commits": _COMMITS,
        "breadcrumbs": _BREADCRUMBS,
        "lift": _LIFT,
    }
    return {name: by_key(load_rows(warehouse, sql), "error_group_id") for name, sql in queries.items()}


def load_groups_by_handler(warehouse: Path) -> dict[str, list[Row]]:
    """Read the groups each handler takes part in."""
    return _of_groups(warehouse, _BY_HANDLER, "handler_id")


def load_groups_by_sequence(warehouse: Path) -> dict[str, list[Row]]:
    """Read the groups seen in flows of each sequence."""
    return _of_groups(warehouse, _BY_SEQUENCE, "sequence_id")


def _of_groups(warehouse: Path, sql: str, key: str) -> dict[str, list[Row]]:
    parts: dict[str, dict[str, Row]] = {}
    for row in load_rows(warehouse, sql):
        parts.setdefault(row[key], {})[row["error_group_id"]] = row
    groups = load_error_groups(warehouse)
    return {
        identifier: [group | found[group["error_group_id"]] for group in groups if group["error_group_id"] in found]
        for identifier, found in parts.items()
    }
