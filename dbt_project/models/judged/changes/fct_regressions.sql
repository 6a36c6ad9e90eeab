{# What got slower or faster between builds and over time, with how sure that is and what it consists of. #}

with changes as (
    select * from {{ source('measured', 'changes') }}
    where is_change
),

units as (
    select
        'handler' as unit_kind,
        handler_id as unit_id,
        handler_name as unit_name,
        plugin_name,
        code_file_path,
        code_line_number
    from {{ ref('dim_handlers') }}
    union all
    select
        'beat' as unit_kind,
        beats.beat_id as unit_id,
        sequences.sequence_name || ', beat ' || beats.beat_number || ': ' || beats.topic as unit_name,
        sequences.plugin_name,
        handlers.code_file_path,
        handlers.code_line_number
    from {{ ref('dim_beats') }} as beats
    left join {{ ref('dim_sequences') }} as sequences on beats.sequence_id = sequences.sequence_id
    left join {{ ref('dim_handlers') }} as handlers on beats.handler_id = handlers.handler_id
    union all
    select
        'sequence' as unit_kind,
        sequence_id as unit_id,
        sequence_name as unit_name,
        plugin_name,
        null as code_file_path,
        null as code_line_number
    from {{ ref('dim_sequences') }}
),

final as (
    select
        changes.regression_id,
        changes.comparison,
        changes.unit_kind,
        changes.unit_id,
        coalesce(units.unit_name, changes.unit_id) as unit_name,
        units.plugin_name,
        changes.direction,
        changes.lifecycle,
        changes.good_build,
        changes.bad_build,
        changes.last_good_session_id,
        changes.first_bad_session_id,
        sessions.started_at as changed_at,
        changes.before_session_count,
        changes.after_session_count,
        changes.before_execution_count,
        changes.after_execution_count,
        changes.before_ms,
        changes.after_ms,
        changes.change_ms,
        changes.change_ms_low,
        changes.change_ms_high,
        changes.change_pct,
        changes.change_pct_low,
        changes.change_pct_high,
        changes.p_value,
        changes.false_discovery_rate,
        changes.smallest_visible_pct,
        explained.before_p50_ms,
        explained.after_p50_ms,
        explained.handlers_change_ms,
        explained.overhead_change_ms,
        changes.change_ms * changes.after_execution_count / changes.after_session_count as change_per_session_ms,
        explained.cause_regression_id,
        coalesce(suspected.suspect_commit_count, 0) as suspect_commit_count,
        coalesce(suspected.touching_commit_count, 0) as touching_commit_count,
        suspected.suspect_commits,
        explained.before_example_session_id,
        explained.before_example_line_number,
        explained.after_example_session_id,
        explained.after_example_line_number,
        units.code_file_path,
        units.code_line_number
    from changes
    left join units
        on changes.unit_kind = units.unit_kind and changes.unit_id = units.unit_id
    left join {{ ref('dim_sessions') }} as sessions
        on changes.first_bad_session_id = sessions.session_id
    left join {{ ref('int_changes__explained') }} as explained
        on changes.regression_id = explained.regression_id
    left join {{ ref('int_changes__suspected') }} as suspected
        on changes.regression_id = suspected.regression_id
)

select * from final
