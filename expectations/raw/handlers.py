"""Declared handlers: the function behind each was found in the code."""

from expectations.plausible import AT_LEAST_PAIR, BETWEEN
from expectations.suite import Check, Frame, Suite

HANDLERS = Frame(
    """
    select
        candidate_count, code_line_number, code_end_line_number, code_file_path,
        1 + code_end_line_number - code_line_number as function_line_count,
        concat_ws('.', plugin_name, handler_name) as label
    from raw.handlers order by plugin_name, handler_name
    """
)

FACTS = Frame(
    """
    select
        count(*) as handler_count,
        count(*) filter (where resolution = 'unique') as unique_count,
        count(*) filter (where resolution = 'unresolved') as unresolved_count,
        100.0 * count(*) filter (where resolution = 'unique') / nullif(count(*), 0) as unique_pct,
        100.0 * count(*) filter (where resolution = 'unresolved') / nullif(count(*), 0) as unresolved_pct
    from raw.handlers
    """
)

_LOST = """
    select concat_ws('.', plugin_name, handler_name) || ' is ' || resolution || ': ' || resolution_evidence as label
    from raw.handlers where resolution <> 'unique' order by resolution desc, plugin_name, handler_name
"""

SUITE = Suite(
    layer="raw",
    schema="raw",
    table="handlers",
    noun="handlers",
    checks=(
        Check(
            name="most_handlers_are_found_in_one_place",
            severity="warning",
            description="At least 90% of the declared handlers lead to exactly one function.",
            why="Only then a slow or failing handler leads to file and line, to its tests and to its coverage.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("unique_pct",),
            arguments={"min_value": 90.0},
            expected="at least {min_value:g}% of the handlers",
            observed="{unique_count:,} of {handler_count:,} handlers ({unique_pct:.1f}%)",
            examples=_LOST,
        ),
        Check(
            name="few_handlers_are_lost",
            severity="warning",
            description="At most 5% of the declared handlers are found nowhere.",
            why="Either the code that was scanned is not the code that runs, or beats are declared with no handler "
            "behind them.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("unresolved_pct",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g}% of the handlers",
            observed="{unresolved_count:,} of {handler_count:,} handlers ({unresolved_pct:.1f}%)",
            examples=_LOST,
        ),
        Check(
            name="few_places_remain_possible",
            severity="info",
            description="No handler has more than 10 places that may be its function.",
            why="A name as common as that says nothing; the declaration should name the module.",
            frame=HANDLERS,
            expectation=BETWEEN,
            columns=("candidate_count",),
            arguments={"max_value": 10},
            expected="at most {max_value} places",
        ),
        Check(
            name="functions_end_after_they_begin",
            severity="critical",
            description="The last line of a handler's function is not before its first.",
            why="A wrong span makes the coverage of the handler wrong.",
            frame=HANDLERS,
            expectation=AT_LEAST_PAIR,
            columns=("code_end_line_number", "code_line_number"),
            arguments={"or_equal": True, "ignore_row_if": "either_value_is_missing"},
            expected="code_end_line_number at or after code_line_number",
        ),
        Check(
            name="functions_are_of_readable_length",
            severity="info",
            page="catalogue/handlers.html",
            description="No handler's function is longer than 500 lines.",
            why="Such a span is usually a whole module, taken for the function.",
            frame=HANDLERS,
            expectation=BETWEEN,
            columns=("function_line_count",),
            arguments={"max_value": 500},
            expected="at most {max_value} lines",
        ),
    ),
)
