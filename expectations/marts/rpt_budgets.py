"""Budgets: what people set themselves is met, and every budget is about something."""

from expectations.plausible import NOT_IN_SET
from expectations.suite import Check, Frame, Suite

BUDGETS = Frame(
    """
    select
        verdict, concat_ws(' ', subject_name, statistic) as thing, log_file_path, line_number,
        concat_ws(' ', subject_name, statistic)
        || format(' {:,.1f} ms of at most {:,.1f} ms', actual_ms, limit_ms)
        || format(', over it {:,} of {:,} times', over_count, timed_count) as label
    from reports.rpt_budgets
    where verdict <> 'matches_nothing'
    order by case verdict when 'over' then 0 else 1 end, case severity when 'critical' then 0 else 1 end,
        actual_ms / limit_ms desc nulls last, budget_subject_id
    """
)

PATTERNS = Frame(
    """
    select distinct
        verdict, source_key as thing,
        source_key || ' in ' || source_file_path || ': ' || name_pattern as label
    from reports.rpt_budgets
    order by label
    """
)

SUITE = Suite(
    layer="marts",
    schema="reports",
    table="rpt_budgets",
    noun="comparisons with a budget",
    checks=(
        Check(
            name="budgets_are_met",
            severity="warning",
            page="performance.html",
            description="Nothing takes longer than its budget.",
            why="A budget is what the team agreed on: something over it is slower than anybody wanted it to be, "
            "whether or not it became slower.",
            frame=BUDGETS,
            expectation=NOT_IN_SET,
            columns=("verdict",),
            arguments={"value_set": ["over"]},
            expected="no statistic above its limit",
        ),
        Check(
            name="budgets_are_about_something",
            severity="warning",
            page="performance.html",
            description="The pattern of every budget is the name of something.",
            why="A budget with a misspelt name is met for ever.",
            frame=PATTERNS,
            expectation=NOT_IN_SET,
            columns=("verdict",),
            arguments={"value_set": ["matches_nothing"]},
            expected="a handler, beat or sequence of that name, declared or seen",
        ),
    ),
)
