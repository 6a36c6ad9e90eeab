"""Flows: of declared sequences, following them, ending well, in plausible times."""

from expectations.plausible import BETWEEN, NOT_NULL, has_rows, plausible_duration, started_before_ended
from expectations.suite import Check, Frame, Suite
from orchestration.domain.severity import Severity

FLOWS = Frame(
    """
    select
        sequence_id, started_at, ended_at, duration_ms, queue_wait_ms, beat_execution_count, log_file_path, line_number
    from marts.fct_flows
    """
)

OWNERS = Frame(
    """
    select sequence_id, log_file_path, line_number, sequence_name || ' is declared nowhere' as label
    from marts.fct_flows
    """
)

FACTS = Frame(
    """
    select
        count(*) as row_count,
        count(*) filter (where status = 'completed') as completed_count,
        count(*) filter (where status = 'failed') as failed_count,
        count(*) filter (where status in ('incomplete', 'never_started')) as unfinished_count,
        count(*) filter (where status <> 'never_started') as started_count,
        count(*) filter (where is_conformant and status not in ('incomplete', 'never_started')) as conformant_count,
        count(*) filter (where sequence_id is not null and status not in ('incomplete', 'never_started'))
            as declared_count,
        count(request_id) as identified_count,
        100.0 * count(*) filter (where status = 'failed') / nullif(count(*), 0) as failed_pct,
        100.0 * count(*) filter (where status in ('incomplete', 'never_started')) / nullif(count(*), 0)
            as unfinished_pct,
        100.0 * conformant_count / nullif(declared_count, 0) as conformant_pct,
        100.0 * count(request_id) / nullif(count(*), 0) as identified_pct
    from marts.fct_flows
    """
)


def _flows_where(condition: str) -> str:
    return f"""
        select log_file_path, line_number, sequence_name || ' ' || status as label
        from marts.fct_flows where {condition} order by log_file_path, line_number
    """


_DEVIATING = """
    select log_file_path, line_number, sequence_name || ', ' || deviation_class || ': expected ' || expected
        || ', found ' || observed as label
    from marts.fct_flow_deviations where severity in ('warning', 'critical')
    qualify row_number() over (partition by sequence_name, deviation_class order by log_file_path, line_number) = 1
    order by severity, log_file_path, line_number
"""


def _conformance(name: str, severity: Severity, limit: float) -> Check:
    return Check(
        name=name,
        severity=severity,
        page="flows.html",
        description=f"At least {limit:g}% of the flows that end follow their declared sequence.",
        why="A flow that departs from its declaration is a fault of the application or of the declaration. Flows of "
        "sequences nobody declared, and flows that hang or are cut off by the end of the log, have checks of their "
        "own.",
        frame=FACTS,
        expectation=BETWEEN,
        columns=("conformant_pct",),
        arguments={"min_value": limit},
        expected="at least {min_value:g}% of the flows of declared sequences that end",
        observed="{conformant_count:,} of {declared_count:,} flows ({conformant_pct:.1f}%)",
        examples=_DEVIATING,
    )


SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_flows",
    noun="flows",
    checks=(
        has_rows(FACTS, "The table of flows", "Without flows no page has anything to show."),
        Check(
            name="flows_belong_to_declared_sequences",
            severity="warning",
            page="flows.html",
            description="Every flow belongs to a declared sequence.",
            why="A sequence that production plays and nobody declared cannot be judged.",
            frame=OWNERS,
            expectation=NOT_NULL,
            columns=("sequence_id",),
            expected="a declared sequence for every flow",
        ),
        _conformance("most_flows_conform", "warning", 95.0),
        _conformance("half_of_the_flows_conform", "critical", 50.0),
        Check(
            name="few_flows_fail",
            severity="warning",
            page="flows.html",
            description="At most 1% of the flows fail.",
            why="A failed flow is work a user asked for and did not get.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("failed_pct",),
            arguments={"max_value": 1.0},
            expected="at most {max_value:g}% of all flows",
            observed="{failed_count:,} of {row_count:,} flows ({failed_pct:.2f}%)",
            examples=_flows_where("status = 'failed'"),
        ),
        Check(
            name="few_flows_are_unfinished",
            severity="info",
            page="flows.html",
            description="At most 2% of the flows have no end in the log.",
            why="A flow without an end hangs, or the log was cut while it ran.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("unfinished_pct",),
            arguments={"max_value": 2.0},
            expected="at most {max_value:g}% of all flows",
            observed="{unfinished_count:,} of {row_count:,} flows ({unfinished_pct:.2f}%)",
            examples=_flows_where("status in ('incomplete', 'never_started')"),
        ),
        Check(
            name="most_flows_have_a_request_id",
            severity="info",
            description="At least 90% of the flows carry a request id.",
            why="The request id leads from a flow to the rest of the system's logs.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("identified_pct",),
            arguments={"min_value": 90.0},
            expected="at least {min_value:g}% of all flows",
            observed="{identified_count:,} of {row_count:,} flows ({identified_pct:.1f}%)",
            examples=_flows_where("request_id is null"),
        ),
        started_before_ended(FLOWS, "A flow"),
        plausible_duration(FLOWS, "duration_ms", "A flow"),
        plausible_duration(FLOWS, "queue_wait_ms", "The wait of a flow in the queue"),
        Check(
            name="flows_have_a_plausible_number_of_beats",
            severity="warning",
            description="No flow has more than 1,000 beats.",
            why="More is a loop, or several flows taken for one.",
            frame=FLOWS,
            expectation=BETWEEN,
            columns=("beat_execution_count",),
            arguments={"max_value": 1000},
            expected="at most {max_value:,} beats",
        ),
    ),
)
