"""Sessions: each holds something, and lasts a plausible time."""

from expectations.plausible import BETWEEN, has_rows, plausible_duration, started_before_ended
from expectations.suite import Check, Frame, Suite

SESSIONS = Frame(
    """
    select
        started_at, ended_at, duration_ms, flow_count, log_file_path, 1 as line_number,
        case when line_count > 0 then 100.0 * rejected_line_count / line_count end as reject_rate_pct,
        session_name || ': ' || record_count || ' records, ' || flow_count || ' flows' as label
    from marts.dim_sessions order by log_file_path
    """
)

FACTS = Frame(
    """
    select
        count(*) as row_count,
        count(*) filter (where build is not null) as build_count,
        100.0 * count(*) filter (where build is not null) / nullif(count(*), 0) as build_pct
    from marts.dim_sessions
    """
)

SUITE = Suite(
    layer="marts",
    schema="marts",
    table="dim_sessions",
    noun="sessions",
    checks=(
        has_rows(FACTS, "The table of sessions", "Without a session there is nothing to show."),
        started_before_ended(SESSIONS, "A session"),
        plausible_duration(SESSIONS, "duration_ms", "A session"),
        Check(
            name="sessions_are_not_empty",
            severity="warning",
            description="Every session has at least one flow.",
            why="A session in which nothing was played was cut early, or its dialect does not tell flows.",
            frame=SESSIONS,
            expectation=BETWEEN,
            columns=("flow_count",),
            arguments={"min_value": 1},
            expected="at least {min_value} flow",
        ),
        Check(
            name="sessions_say_their_build",
            severity="info",
            description="At least 50% of the sessions say which build they ran.",
            why="Without a build a handler that became slower cannot be led to a release.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("build_pct",),
            arguments={"min_value": 50.0},
            expected="at least {min_value:g}% of the sessions",
            observed="{build_count:,} of {row_count:,} sessions ({build_pct:.0f}%)",
            examples="""
                select log_file_path, session_name || ' says no build' as label
                from marts.dim_sessions where build is null order by log_file_path
            """,
        ),
    ),
)
