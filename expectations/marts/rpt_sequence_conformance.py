"""Conformance by sequence: which depart from their declaration, and which were never seen."""

from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite

SEQUENCES = Frame(
    """
    select
        conformance_pct,
        sequence_name || ': ' || conformant_flow_count || ' of ' || flow_count || ' flows conform' as label
    from reports.rpt_sequence_conformance where is_declared and flow_count >= 5 order by conformance_pct, sequence_name
    """
)

FACTS = Frame(
    """
    select
        count(*) as declared_count,
        count(*) filter (where flow_count > 0) as seen_count,
        100.0 * count(*) filter (where flow_count > 0) / nullif(count(*), 0) as seen_pct
    from reports.rpt_sequence_conformance where is_declared
    """
)

SUITE = Suite(
    layer="marts",
    schema="reports",
    table="rpt_sequence_conformance",
    noun="sequences with 5 or more flows",
    checks=(
        Check(
            name="every_sequence_mostly_conforms",
            severity="warning",
            page="flows.html",
            description="In every sequence with 5 or more flows at least 80% of the flows follow the declaration.",
            why="A sequence that departs from its declaration most of the time hides in an overall rate. With fewer "
            "than 5 flows a rate says too little.",
            frame=SEQUENCES,
            expectation=BETWEEN,
            columns=("conformance_pct",),
            arguments={"min_value": 80.0, "max_value": 100.0},
            expected="{min_value:g}% to {max_value:g}% of the flows of each sequence",
            examples="""
                select deviation.log_file_path, deviation.line_number,
                    report.sequence_name || ' (' || report.conformant_flow_count || ' of ' || report.flow_count
                        || ' flows conform), ' || deviation.deviation_class || ': found ' || deviation.observed as label
                from reports.rpt_sequence_conformance as report
                inner join marts.fct_flow_deviations as deviation on report.sequence_name = deviation.sequence_name
                where report.is_declared and report.flow_count >= 5 and report.conformance_pct < 80
                    and deviation.severity <> 'info'
                order by row_number() over (
                        partition by report.sequence_name, deviation.deviation_class
                        order by deviation.log_file_path, deviation.line_number
                    ),
                    report.conformance_pct, deviation.log_file_path, deviation.line_number
            """,
        ),
        Check(
            name="declared_sequences_are_seen",
            severity="info",
            page="catalogue/sequences.html",
            description="At least 50% of the declared sequences were played.",
            why="What production never plays is dead, new, or used on other days than the logs are from.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("seen_pct",),
            arguments={"min_value": 50.0},
            expected="at least {min_value:g}% of the declared sequences",
            observed="{seen_count:,} of {declared_count:,} sequences ({seen_pct:.0f}%)",
            examples="""
                select sequence_name || ' was never played' as label
                from reports.rpt_sequence_conformance where is_declared and flow_count = 0 order by sequence_name
            """,
        ),
    ),
)
