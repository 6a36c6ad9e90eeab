"""Handlers: production runs only what is declared, and the code behind it is known."""

from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite

FACTS = Frame(
    """
    select
        count(*) filter (where is_declared) as declared_count,
        count(*) filter (where is_declared and resolution = 'unique') as unique_count,
        100.0 * count(*) filter (where is_declared and resolution = 'unique')
            / nullif(count(*) filter (where is_declared), 0) as unique_pct
    from marts.dim_handlers
    """
)

HANDLERS = Frame(
    """
    select
        is_declared::int as declared_flag, code_file_path, code_line_number,
        concat_ws('.', plugin_name, handler_name) as label
    from marts.dim_handlers order by plugin_name, handler_name
    """
)

SUITE = Suite(
    layer="marts",
    schema="marts",
    table="dim_handlers",
    noun="handlers",
    checks=(
        Check(
            name="handlers_lead_to_code",
            severity="warning",
            description="At least 90% of the declared handlers lead to exactly one function.",
            why="Pages name file and line only for these.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("unique_pct",),
            arguments={"min_value": 90.0},
            expected="at least {min_value:g}% of the handlers",
            observed="{unique_count:,} of {declared_count:,} handlers ({unique_pct:.1f}%)",
            examples="""
                select concat_ws('.', plugin_name, handler_name) || ' is ' || resolution as label
                from marts.dim_handlers where is_declared and resolution <> 'unique' order by label
            """,
        ),
        Check(
            name="handlers_that_ran_are_declared",
            severity="warning",
            page="catalogue/handlers.html",
            description="Every handler that ran in production is declared.",
            why="A handler nobody declared is code that runs without a place in any sequence.",
            frame=HANDLERS,
            expectation=BETWEEN,
            columns=("declared_flag",),
            arguments={"min_value": 1},
            expected="every handler declared",
            examples="""
                select execution.log_file_path, execution.line_number,
                    concat_ws('.', handler.plugin_name, handler.handler_name) || ' ran for '
                        || coalesce(execution.topic, '?') as label
                from marts.dim_handlers as handler
                inner join marts.fct_handler_executions as execution on handler.handler_id = execution.handler_id
                where not handler.is_declared
                order by row_number() over (
                        partition by handler.handler_id order by execution.log_file_path, execution.line_number
                    ),
                    label
            """,
        ),
    ),
)
