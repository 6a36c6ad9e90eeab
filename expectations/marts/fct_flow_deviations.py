"""Flow deviations: the share of flows in which each class occurs.

The overall view: which beat, handler or topic it is, and whether that is new, is judged in fct_breach_counts.py. What
happens every time (severity info, such as a topic two sequences share) is a fact to know and is not judged, nor is what
an exception accepts. Flows that the end of their log cut off are told, never more than that.
"""

from expectations.marts.chances import CHANCES
from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite
from orchestration.domain.severity import Severity


def _share(deviation_class: str, severity: Severity, limit: float, description: str, why: str) -> Check:
    """Return the check that a class of deviations occurs in at most `limit` percent of the flows."""
    return Check(
        name=f"{deviation_class}_is_rare",
        severity=severity,
        page="flows.html",
        description=description,
        why=why,
        frame=_facts(deviation_class),
        expectation=BETWEEN,
        columns=("share_pct",),
        arguments={"max_value": limit},
        expected="in at most {max_value:g}% of the flows",
        observed="{deviation_count:,} times in {deviating_count:,} of {flow_count:,} flows ({share_pct:.2f}%)",
        examples=_examples(deviation_class),
        population=CHANCES.get(deviation_class, ""),
    )


def _facts(deviation_class: str) -> Frame:
    """Deviations outside any flow (a topic published at the start, say) count as a flow of their own."""
    return Frame(
        f"""
        with flows as (select count(*) as flow_count from marts.fct_flows),
        deviations as (
            select
                coalesce(sum(occurrence_count), 0)::bigint as deviation_count,
                count(distinct coalesce(flow_id, deviation_id)) as deviating_count
            from marts.fct_flow_deviations
            where deviation_class = '{deviation_class}' and not coalesce(is_accepted, false)
        )
        select *, 100.0 * deviating_count / nullif(flow_count, 0) as share_pct from flows, deviations
        """
    )


def _examples(deviation_class: str) -> str:
    """One example per sequence first, so that five examples show five places to look."""
    return f"""
        select log_file_path, line_number,
            concat_ws(', ', sequence_name, 'beat ' || beat_number, topic) || ': expected ' || expected
                || ', found ' || observed as label
        from marts.fct_flow_deviations
        where deviation_class = '{deviation_class}' and not coalesce(is_accepted, false)
        order by row_number() over (partition by sequence_name, topic order by log_file_path, line_number),
            log_file_path, line_number
    """


SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_flow_deviations",
    noun="deviations",
    checks=(
        _share(
            "missing_beat",
            "warning",
            1.0,
            "In at most 1% of the flows a declared beat is missing.",
            "A beat that did not run is work that was not done.",
        ),
        _share(
            "unexpected_beat",
            "warning",
            1.0,
            "In at most 1% of the flows a beat runs that the sequence does not declare.",
            "The declaration is old, or the code does more than it says.",
        ),
        _share(
            "repeated_beat",
            "warning",
            1.0,
            "In at most 1% of the flows a beat runs more often than declared.",
            "Work that is done twice costs time, and may do harm.",
        ),
        _share(
            "out_of_order_beat",
            "warning",
            1.0,
            "In at least 99% of the flows the beats run in the declared order.",
            "A beat that runs early may see a state that is not ready.",
        ),
        _share(
            "failed_beat",
            "warning",
            1.0,
            "In at most 1% of the flows a beat fails.",
            "A failed beat that is tolerated or retried does not fail its flow, and is easily overlooked.",
        ),
        _share(
            "handler_failed",
            "warning",
            1.0,
            "In at most 1% of the flows a handler throws.",
            "The conductor catches what a handler throws; the flow completes as if nothing had happened.",
        ),
        _share(
            "hung_flow",
            "warning",
            0.5,
            "At most 0.5% of the flows hang while the session goes on.",
            "A flow that hangs keeps all flows queued behind it from starting.",
        ),
        _share(
            "incomplete_flow",
            "info",
            2.0,
            "At most 2% of the flows are cut off by the end of the session.",
            "The user left while it ran, or the log was cut.",
        ),
        _share(
            "never_started_flow",
            "info",
            2.0,
            "At most 2% of the flows are queued and never start.",
            "They wait behind a flow that does not end, or the log was cut.",
        ),
        _share(
            "no_subscriber",
            "warning",
            1.0,
            "In at most 1% of the flows a beat has no subscriber.",
            "The beat completes and nothing runs: a subscription is missing.",
        ),
        _share(
            "no_handler",
            "warning",
            1.0,
            "In at most 1% of the flows a beat runs without the handler it declares.",
            "Other subscribers of its topic were called, and the one the sequence counts on was not.",
        ),
        _share(
            "wrong_handler",
            "warning",
            1.0,
            "In at most 1% of the flows a handler answers that the sequence does not declare for the topic.",
            "The declaration is old, or the wrong function was registered.",
        ),
        _share(
            "misrouted_topic",
            "warning",
            1.0,
            "At most 1 topic per 100 flows goes where no declared route leads.",
            "Work is done that nobody asked for, and often what was asked for is not.",
        ),
        _share(
            "unknown_topic",
            "warning",
            1.0,
            "At most 1 topic per 100 flows is published that no manifest defines.",
            "What was published is lost. Often the name is misspelt.",
        ),
        _share(
            "unknown_plugin",
            "warning",
            1.0,
            "At most 1 request per 100 flows asks for a plugin that does not exist.",
            "The request is dropped in silence by the application.",
        ),
        _share(
            "undeclared_sequence",
            "warning",
            1.0,
            "At most 1% of the flows are of a sequence nobody declared.",
            "Nobody can say whether they did what they should.",
        ),
    ),
)
