"""Beat executions: plausible times, few failures, somebody listening."""

from expectations.plausible import BETWEEN, plausible_duration, started_before_ended
from expectations.suite import Check, Frame, Suite

BEATS = Frame(
    """
    select started_at, ended_at, duration_ms, beat_number, log_file_path, line_number
    from marts.fct_beat_executions
    """
)

FACTS = Frame(
    """
    select
        count(*) as beat_count,
        count(*) filter (where status = 'failed') as failed_count,
        count(*) filter (where status = 'completed' and handler_count = 0) as unheard_count,
        count(*) filter (where beat_id is null) as undeclared_count,
        100.0 * count(*) filter (where status = 'failed') / nullif(count(*), 0) as failed_pct,
        100.0 * count(*) filter (where status = 'completed' and handler_count = 0) / nullif(count(*), 0)
            as unheard_pct,
        100.0 * count(*) filter (where beat_id is null) / nullif(count(*), 0) as undeclared_pct
    from marts.fct_beat_executions
    """
)


def _beats_where(condition: str) -> str:
    return f"""
        select log_file_path, line_number, sequence_name || ', beat ' || coalesce(beat_number::varchar, '?') || ' ('
            || coalesce(topic, '?') || ') ' || status || coalesce(': ' || error_message, '') as label
        from marts.fct_beat_executions where {condition} order by log_file_path, line_number
    """


SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_beat_executions",
    noun="beat executions",
    checks=(
        started_before_ended(BEATS, "A beat"),
        plausible_duration(BEATS, "duration_ms", "A beat"),
        Check(
            name="beat_numbers_are_plausible",
            severity="warning",
            description="Beats are numbered from 1 to 1,000.",
            why="Another number was not a beat's number.",
            frame=BEATS,
            expectation=BETWEEN,
            columns=("beat_number",),
            arguments={"min_value": 1, "max_value": 1000},
            expected="{min_value} to {max_value:,}",
        ),
        Check(
            name="few_beats_fail",
            severity="warning",
            page="flows.html",
            description="At most 1% of the beats fail.",
            why="A beat that fails takes its flow along, unless its declaration tolerates it.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("failed_pct",),
            arguments={"max_value": 1.0},
            expected="at most {max_value:g}% of all beat executions",
            observed="{failed_count:,} of {beat_count:,} beat executions ({failed_pct:.2f}%)",
            examples=_beats_where("status = 'failed'"),
        ),
        Check(
            name="beats_are_heard",
            severity="warning",
            page="flows.html",
            description="At most 5% of the completed beats run no handler.",
            why="A beat nobody listens to completes, and nothing happens.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("unheard_pct",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g}% of all beat executions",
            observed="{unheard_count:,} of {beat_count:,} beat executions ({unheard_pct:.2f}%)",
            examples=_beats_where("status = 'completed' and handler_count = 0"),
        ),
        Check(
            name="beats_are_declared",
            severity="warning",
            page="flows.html",
            description="At most 1% of the beat executions are of a beat nobody declared.",
            why="Such a beat cannot be led to a handler; either the declaration is old, or the code is new.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("undeclared_pct",),
            arguments={"max_value": 1.0},
            expected="at most {max_value:g}% of all beat executions",
            observed="{undeclared_count:,} of {beat_count:,} beat executions ({undeclared_pct:.2f}%)",
            examples=_beats_where("beat_id is null"),
        ),
    ),
)
