"""Log files: readable, recognised, understood, and recent."""

from expectations.plausible import BETWEEN, FIRST_YEAR, NOT_IN_SET
from expectations.suite import Check, Frame, Suite

FILES = Frame(
    """
    select
        ingest_status, log_file_path, replaced_character_count, byte_count, held_back_byte_count,
        case when line_count > 0 then round(100.0 * rejected_line_count / line_count, 3) end as reject_rate_pct,
        year(first_emitted_at) as first_year,
        date_diff('second', getvariable('judged_at'), last_emitted_at) / 3600.0 as hours_ahead,
        1e6 * replaced_character_count / nullif(byte_count, 0) as replaced_per_megabyte,
        ingest_status || coalesce(': ' || problem, '') || ' (' || rejected_line_count || ' of ' || line_count
            || ' lines rejected)' as label
    from raw.log_files
    """
)

TOTALS = Frame(
    """
    select
        count(*) as file_count,
        count(*) filter (where ingest_status in ('ok', 'damaged')) as read_count,
        coalesce(sum(line_count), 0)::bigint as line_count,
        coalesce(sum(rejected_line_count), 0)::bigint as rejected_line_count,
        coalesce(sum(record_count), 0)::bigint as record_count,
        coalesce(sum(other_record_count), 0)::bigint as other_record_count,
        100.0 * sum(rejected_line_count) / nullif(sum(line_count), 0) as reject_rate_pct,
        100.0 * sum(other_record_count) / nullif(sum(record_count), 0) as other_share_pct,
        max(coalesce(last_emitted_at, file_modified_at)) as newest_at,
        date_diff('second', max(coalesce(last_emitted_at, file_modified_at)), getvariable('judged_at')) / 86400.0
            as age_days
    from raw.log_files
    """
)

_MOST_REJECTED = """
    select log_file_path, rejected_line_count || ' of ' || line_count || ' lines rejected' as label
    from raw.log_files where rejected_line_count > 0 order by rejected_line_count desc, log_file_path
"""

_MOST_COMMON_OTHERS = """
    select log_file_path, min(line_number) as line_number,
        count(*) || ' records like: ' || arg_min(message, line_number) as label
    from raw.log_records where message_type = 'other'
    group by log_file_path, left(message, 12) order by count(*) desc, log_file_path, line_number
"""


def _reject_rate(name: str, severity: str, limit: float) -> Check:
    return Check(
        name=name,
        severity="critical" if severity == "critical" else "warning",
        description=f"At most {limit:g}% of all log lines are rejected.",
        why="A rejected line is missing from every number downstream. The real logs this was built on stay below 0.1%; "
        "above 5% the recognised dialect is probably the wrong one.",
        frame=TOTALS,
        expectation=BETWEEN,
        columns=("reject_rate_pct",),
        arguments={"max_value": limit},
        expected="at most {max_value:g}% of all lines rejected",
        observed="{rejected_line_count:,} of {line_count:,} lines rejected ({reject_rate_pct:.3f}%)",
        examples=_MOST_REJECTED,
    )


SUITE = Suite(
    layer="raw",
    schema="raw",
    table="log_files",
    noun="log files",
    checks=(
        Check(
            name="a_log_was_read",
            severity="critical",
            description="At least one log file was read.",
            why="Without a log there is nothing to say about production.",
            frame=TOTALS,
            expectation=BETWEEN,
            columns=("read_count",),
            arguments={"min_value": 1},
            expected="at least {min_value} log file read",
            observed="{read_count:,} of {file_count:,} files read",
        ),
        Check(
            name="files_are_readable",
            severity="warning",
            description="Every log file can be read to its end.",
            why="What an unreadable or damaged file said is missing from every number.",
            frame=FILES,
            expectation=NOT_IN_SET,
            columns=("ingest_status",),
            arguments={"value_set": ["unreadable", "damaged", "quarantined"]},
            expected="no file unreadable, damaged or quarantined",
        ),
        Check(
            name="dialects_are_recognised",
            severity="warning",
            description="Every log file is in a dialect that Sightline knows.",
            why="All lines of a file in an unknown dialect are rejected; a dialect file would teach it.",
            frame=FILES,
            expectation=NOT_IN_SET,
            columns=("ingest_status",),
            arguments={"value_set": ["unrecognised"]},
            expected="every dialect recognised",
        ),
        _reject_rate("reject_rate_is_low", "warning", 0.1),
        _reject_rate("reject_rate_is_bearable", "critical", 5.0),
        Check(
            name="no_file_is_mostly_rejected",
            severity="warning",
            description="In no single file are more than 5% of the lines rejected.",
            why="One bad file hides in the overall rate of many good ones.",
            frame=FILES,
            expectation=BETWEEN,
            columns=("reject_rate_pct",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g}% of the lines of each file rejected",
        ),
        Check(
            name="most_records_are_named",
            severity="warning",
            description="At most 25% of the records are of a kind no rule of the dialect names.",
            why="Records of type 'other' are kept but mean nothing to the models; a growing share means that the "
            "application says new things, and that its dialect file wants new rules.",
            frame=TOTALS,
            expectation=BETWEEN,
            columns=("other_share_pct",),
            arguments={"max_value": 25.0},
            expected="at most {max_value:g}% of all records unnamed",
            observed="{other_record_count:,} of {record_count:,} records unnamed ({other_share_pct:.2f}%)",
            examples=_MOST_COMMON_OTHERS,
        ),
        Check(
            name="logs_are_fresh",
            severity="warning",
            description="The newest log was written within the last 7 days.",
            why="A site made from old logs looks like today's. Perhaps the logs no longer arrive where they are looked "
            "for. Logs without time stamps are judged by the time their file was changed.",
            frame=TOTALS,
            expectation=BETWEEN,
            columns=("age_days",),
            arguments={"max_value": 7.0},
            expected="newest log at most {max_value:g} days old",
            observed="newest log of {newest_at:%Y-%m-%d %H:%M} UTC",
        ),
        Check(
            name="stamps_are_not_in_the_future",
            severity="warning",
            description="No log is stamped more than a day after now.",
            why="A clock that runs ahead moves sessions to the wrong day.",
            frame=FILES,
            expectation=BETWEEN,
            columns=("hours_ahead",),
            arguments={"max_value": 24.0},
            expected="at most {max_value:g} hours after now",
        ),
        Check(
            name="years_are_plausible",
            severity="critical",
            description=f"No log is stamped before the year {FIRST_YEAR}.",
            why="An earlier year means that a number was read as a time stamp, or a clock that was never set.",
            frame=FILES,
            expectation=BETWEEN,
            columns=("first_year",),
            arguments={"min_value": FIRST_YEAR},
            expected="year {min_value} or later",
        ),
        Check(
            name="text_is_utf8",
            severity="info",
            description="At most 10 invalid characters per megabyte were replaced in a file.",
            why="Many replaced characters mean that the file is in another encoding, or not text.",
            frame=FILES,
            expectation=BETWEEN,
            columns=("replaced_per_megabyte",),
            arguments={"max_value": 10.0},
            expected="at most {max_value:g} per megabyte",
        ),
        Check(
            name="little_is_held_back",
            severity="info",
            description="At most 1 MB of an unfinished last line waits for its end.",
            why="A last line without its end is read at the next run; one of that size will probably never end.",
            frame=FILES,
            expectation=BETWEEN,
            columns=("held_back_byte_count",),
            arguments={"max_value": 1_000_000},
            expected="at most {max_value:,} bytes",
        ),
    ),
)
