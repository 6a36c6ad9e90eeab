"""Log records: the log says what the models are built from, at plausible times."""

from expectations.plausible import BETWEEN, DAY_MS, FIRST_YEAR
from expectations.suite import Check, Frame, Suite

FACTS = Frame(
    """
    select
        count(*) as record_count,
        count(*) filter (where severity = 'error') as error_count,
        100.0 * count(*) filter (where severity = 'error') / nullif(count(*), 0) as error_share_pct,
        count(*) filter (where signal = 'flow_started') as flow_start_count,
        count(*) filter (where signal = 'beat_started') as beat_start_count,
        count(emitted_at) as stamped_count,
        min(year(emitted_at)) as first_year,
        max(date_diff('second', getvariable('judged_at'), emitted_at)) / 3600.0 as hours_ahead,
        max(emitted_at) as latest_at,
        count(duration_ms) as duration_count,
        min(duration_ms) as least_duration_ms,
        max(duration_ms) as greatest_duration_ms
    from raw.log_records
    """
)

_LARGEST_STEP_BACK_S = 1

CLOCK = Frame(
    f"""
    with steps as (
        select date_diff(
            'second', emitted_at, lag(emitted_at) over (partition by log_file_id order by line_number)
        ) as seconds_back
        from raw.log_records where emitted_at is not null
    )
    select
        count(*) as stamped_count,
        count(*) filter (where seconds_back > {_LARGEST_STEP_BACK_S}) as step_back_count,
        100.0 * count(*) filter (where seconds_back > {_LARGEST_STEP_BACK_S}) / nullif(count(*), 0)
            as step_back_pct
    from steps
    """
)

_ERRORS = """
    select log_file_path, line_number, message as label
    from raw.log_records where severity = 'error' order by log_file_path, line_number
"""


def _records_where(condition: str) -> str:
    return f"""
        select log_file_path, line_number, emitted_at, duration_ms from raw.log_records
        where {condition} order by log_file_path, line_number
    """


SUITE = Suite(
    layer="raw",
    schema="raw",
    table="log_records",
    noun="records",
    checks=(
        Check(
            name="flows_are_told",
            severity="critical",
            description="The logs say when flows start.",
            why="Without a record that means 'flow started' no flow can be rebuilt: the dialect lacks that rule, or "
            "the application logs too little.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("flow_start_count",),
            arguments={"min_value": 1},
            expected="at least {min_value} record that starts a flow",
            observed="{flow_start_count:,} among {record_count:,} records",
        ),
        Check(
            name="beats_are_told",
            severity="critical",
            description="The logs say when beats start.",
            why="Without beats a flow has a beginning and an end and nothing between to compare with its declaration.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("beat_start_count",),
            arguments={"min_value": 1},
            expected="at least {min_value} record that starts a beat",
            observed="{beat_start_count:,} among {record_count:,} records",
        ),
        Check(
            name="few_records_are_errors",
            severity="warning",
            page="errors.html",
            description="At most 2% of the records are errors.",
            why="A larger share means that the application was in trouble, or that its dialect takes something "
            "harmless for an error.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("error_share_pct",),
            arguments={"max_value": 2.0},
            expected="at most {max_value:g}% of all records",
            observed="{error_count:,} of {record_count:,} records ({error_share_pct:.3f}%)",
            examples=_ERRORS,
        ),
        Check(
            name="years_are_plausible",
            severity="critical",
            description=f"No record is stamped before the year {FIRST_YEAR}.",
            why="An earlier year means that something else was read as a time stamp.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("first_year",),
            arguments={"min_value": FIRST_YEAR},
            expected="year {min_value} or later",
            observed="earliest year {first_year:.0f} among {stamped_count:,} stamped records",
            examples=_records_where(f"year(emitted_at) < {FIRST_YEAR}"),
        ),
        Check(
            name="stamps_are_not_in_the_future",
            severity="warning",
            description="No record is stamped more than a day after now.",
            why="One record from the future makes a session last for years.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("hours_ahead",),
            arguments={"max_value": 24.0},
            expected="at most {max_value:g} hours after now",
            observed="latest stamp {latest_at:%Y-%m-%d %H:%M} UTC",
            examples=_records_where("emitted_at > getvariable('judged_at') + interval 1 day"),
        ),
        Check(
            name="the_clock_runs_forwards",
            severity="warning",
            description="At most 0.1% of the stamped records are stamped over a second before the record above them.",
            why="Durations are differences of stamps; a clock that jumps back makes them too small or negative.",
            frame=CLOCK,
            expectation=BETWEEN,
            columns=("step_back_pct",),
            arguments={"max_value": 0.1},
            expected="at most {max_value:g}% of stamped records",
            observed="{step_back_count:,} of {stamped_count:,} stamped records ({step_back_pct:.3f}%)",
            examples=f"""
                with steps as (
                    select log_file_path, line_number, date_diff(
                        'second', emitted_at, lag(emitted_at) over (partition by log_file_id order by line_number)
                    ) as seconds_back
                    from raw.log_records where emitted_at is not null
                )
                select log_file_path, line_number, seconds_back || ' s before the record above' as label
                from steps where seconds_back > {_LARGEST_STEP_BACK_S} order by log_file_path, line_number
            """,
        ),
        Check(
            name="stated_durations_are_not_negative",
            severity="warning",
            description="No duration the log states is negative.",
            why="The application measured with a clock that was set back, or a rule captured something else.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("least_duration_ms",),
            arguments={"min_value": 0},
            expected="at least {min_value} ms",
            observed="shortest {least_duration_ms:,.2f} ms of {duration_count:,} stated durations",
            examples=_records_where("duration_ms < 0"),
        ),
        Check(
            name="stated_durations_are_below_a_day",
            severity="warning",
            description="No duration the log states is a day or longer.",
            why="Such a figure is a time stamp or a count that a rule takes for a duration.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("greatest_duration_ms",),
            arguments={"max_value": DAY_MS},
            expected="at most {max_value:,} ms",
            observed="longest {greatest_duration_ms:,.2f} ms of {duration_count:,} stated durations",
            examples=_records_where(f"duration_ms > {DAY_MS}"),
        ),
    ),
)
