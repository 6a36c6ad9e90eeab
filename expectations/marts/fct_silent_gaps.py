"""Silent gaps: plausible lengths, and not too many while something ran."""

from expectations.plausible import BETWEEN, plausible_duration, started_before_ended
from expectations.suite import Check, Frame, Suite

GAPS = Frame("select started_at, ended_at, duration_ms, log_file_path, line_number from marts.fct_silent_gaps")

FACTS = Frame(
    """
    with flows as (select count(*) as flow_count from marts.fct_flows),
    gaps as (
        select count(distinct flow_id) as stalled_count
        from marts.fct_silent_gaps where gap_place in ('inside_flow', 'inside_beat')
    )
    select *, 100.0 * stalled_count / nullif(flow_count, 0) as stalled_pct from flows, gaps
    """
)

SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_silent_gaps",
    noun="gaps",
    checks=(
        started_before_ended(GAPS, "A gap"),
        plausible_duration(GAPS, "duration_ms", "A gap"),
        Check(
            name="few_flows_fall_silent",
            severity="info",
            page="performance.html",
            description="At most 5% of the flows fall silent for a second or more.",
            why="Silence while something runs is waiting: for a slow handler, for the network, or for a busy machine.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("stalled_pct",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g}% of all flows",
            observed="{stalled_count:,} of {flow_count:,} flows ({stalled_pct:.2f}%)",
            examples="""
                select
                    log_file_path, line_number,
                    round(duration_ms / 1000, 1) || ' s of silence, ' || gap_class as label
                from marts.fct_silent_gaps where gap_place in ('inside_flow', 'inside_beat')
                order by duration_ms desc, log_file_path, line_number
            """,
        ),
    ),
)
