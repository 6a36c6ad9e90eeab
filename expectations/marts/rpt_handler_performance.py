"""Handler performance: percentiles and shares hang together."""

from expectations.plausible import AT_LEAST_PAIR, BETWEEN
from expectations.suite import Check, Frame, Suite

HANDLERS = Frame(
    """
    select
        p50_ms, p95_ms, max_ms, code_file_path, code_line_number,
        concat_ws('.', plugin_name, handler_name) || ': p50 ' || p50_ms || ', p95 ' || p95_ms || ', max ' || max_ms
            || ' ms' as label
    from reports.rpt_handler_performance order by total_ms desc nulls last
    """
)

FACTS = Frame(
    """
    select
        count(total_ms) as handler_count,
        sum(share_pct) as share_pct,
        max(share_pct) as largest_share_pct,
        arg_max(concat_ws('.', plugin_name, handler_name), share_pct) as largest_name
    from reports.rpt_handler_performance
    """
)


def _ordered(larger: str, smaller: str) -> Check:
    return Check(
        name=f"{larger}_is_at_least_{smaller}",
        severity="critical",
        description=f"No handler's {larger} is below its {smaller}.",
        why="Percentiles that cross were computed over different executions.",
        frame=HANDLERS,
        expectation=AT_LEAST_PAIR,
        columns=(larger, smaller),
        arguments={"or_equal": True, "ignore_row_if": "either_value_is_missing"},
        expected=f"{larger} at or above {smaller}",
    )


SUITE = Suite(
    layer="marts",
    schema="reports",
    table="rpt_handler_performance",
    noun="handlers",
    checks=(
        _ordered("p95_ms", "p50_ms"),
        _ordered("max_ms", "p95_ms"),
        Check(
            name="shares_add_up",
            severity="critical",
            description="The handlers' shares of the time add up to 100%.",
            why="Otherwise some handler's time is missing or counted twice.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("share_pct",),
            arguments={"min_value": 99.9, "max_value": 100.1},
            expected="{min_value}% to {max_value}%",
            observed="{share_pct:.2f}% over {handler_count:,} handlers",
        ),
        Check(
            name="no_handler_takes_most_of_the_time",
            severity="info",
            page="performance.html",
            description="No single handler takes more than half of all handler time.",
            why="If one does, it is the first place to look at.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("largest_share_pct",),
            arguments={"max_value": 50.0},
            expected="at most {max_value:g}% of all handler time",
            observed="{largest_name} takes {largest_share_pct:.1f}%",
            examples="""
                select code_file_path, code_line_number,
                    concat_ws('.', plugin_name, handler_name) || ': ' || round(share_pct, 1) || '%' as label
                from reports.rpt_handler_performance where share_pct > 50
            """,
        ),
    ),
)
