"""Errors in groups: the same severity, class, message and handler.

Numbers inside a message are taken for values: `item 17 is gone` and `item 18 is gone` are one group.
"""

from pathlib import Path

from docs_site.warehouse import Row, load_rows

_SQL = """
with errors as (
    select *, regexp_replace(message, '[0-9]+', '#', 'g') as shape
    from marts.fct_errors
    where not coalesce(is_consequence, false)
),
handlers as (
    select plugin_name, handler_name, any_value(handler_id) as handler_id
    from marts.dim_handlers group by all
),
numbered as (
    select errors.*, handlers.handler_id,
           row_number() over (
               partition by severity, error_class, shape, handlers.handler_id, errors.handler_name
               order by log_file_path, line_number
           ) as example_number
    from errors left join handlers using (plugin_name, handler_name)
)
select severity, coalesce(error_class, any_value(error_kind)) as error_class, handler_name, handler_id,
       arg_min(message, example_number) as message, count(*) as error_count,
       count(distinct session_id) as session_count, min(emitted_at) as first_at, max(emitted_at) as last_at,
       string_agg(distinct sequence_name, ', ' order by sequence_name) as sequence_names,
       any_value(code_file_path) as code_file_path, any_value(code_line_number) as code_line_number,
       list({session_id: session_id, flow_id: flow_id, line_number: line_number} order by example_number)
           filter (where example_number <= 3) as examples
from numbered
group by severity, error_class, shape, handler_name, handler_id
order by severity, error_count desc, handler_name, error_class, message
"""


def load_error_groups(warehouse: Path) -> list[Row]:
    """Read the groups, errors before warnings, most frequent first."""
    return load_rows(warehouse, _SQL)
