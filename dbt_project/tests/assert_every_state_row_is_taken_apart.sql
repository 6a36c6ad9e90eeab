{# A state row that names a change gives at least one mutation, and every mutation comes from such a row. #}

select
    state_row.session_id,
    state_row.line_number
from {{ ref('int_state_rows__attributed') }} as state_row
full outer join {{ ref('fct_state_mutations') }} as mutation
    on state_row.session_id = mutation.session_id and state_row.line_number = mutation.line_number
where mutation.mutation_id is null or state_row.session_id is null
