{# What each budget is about. A budget whose pattern is no name of anything stays, with nothing beside it. #}

with budgets as (
    select
        {{ stable_id(["'configured'", 'config_key']) }} as budget_id,
        'configured' as budget_origin,
        subject_kind,
        name_pattern,
        statistic,
        limit_ms,
        severity,
        coalesce(config_file_name, 'the environment') as source_file_path,
        cast(null as bigint) as source_line_number,
        config_key as source_key
    from {{ source('project', 'configured_budgets') }}
    union all
    select
        {{ stable_id(["'declared'", 'declaration_file_path', 'declaration_key']) }},
        'declared',
        subject_kind,
        name_pattern,
        statistic,
        limit_ms,
        severity,
        declaration_file_path,
        declaration_line_number,
        declaration_key
    from {{ source('code', 'declared_budgets') }}
),

sequences as (
    select coalesce(sequence_id, {{ stable_id(['sequence_name']) }}) as subject_id, sequence_name, sequence_key
    from {{ ref('fct_flows') }}
    union
    select sequence_id, sequence_name, sequence_key from {{ ref('dim_sequences') }}
),

beats as (
    select
        coalesce(beat_id, {{ stable_id(['sequence_name', "coalesce(topic, cast(beat_number as varchar))"]) }}) as subject_id,
        sequence_name,
        beat_number,
        topic,
        beat_title
    from {{ ref('fct_beat_executions') }}
    union
    select beat_id, sequence_name, beat_number, topic, beat_title from {{ ref('dim_beats') }}
),

-- Every name something has, with the one it is shown by.
names as (
    select 'handler' as subject_kind, handler_id as subject_id, handler_name as known_as, concat_ws('.', plugin_name, handler_name) as subject_name
    from {{ ref('dim_handlers') }}
    union all
    select 'handler', handler_id, concat_ws('.', plugin_name, handler_name), concat_ws('.', plugin_name, handler_name)
    from {{ ref('dim_handlers') }}
    union all
    select 'sequence', subject_id, sequence_name as known_as, sequence_name from sequences
    union all
    select 'sequence', subject_id, sequence_key, sequence_name from sequences
    union all
    select 'beat', subject_id, topic, concat_ws(', ', sequence_name, 'beat ' || beat_number) from beats
    union all
    select 'beat', subject_id, beat_title, concat_ws(', ', sequence_name, 'beat ' || beat_number) from beats
    union all
    select 'beat', subject_id, sequence_name || '/' || beat_number, concat_ws(', ', sequence_name, 'beat ' || beat_number) from beats
    union all
    select 'start_up', 'start_up', 'start-up', 'start-up of a session'
),

final as (
    select
        budgets.*,
        names.subject_id,
        min(names.subject_name) as subject_name
    from budgets
    left join names
        on
            budgets.subject_kind = names.subject_kind
            -- A name may hold brackets, which no pattern matches as they stand.
            and (names.known_as = budgets.name_pattern or {{ matches_pattern('names.known_as', 'budgets.name_pattern') }})
    group by all
)

select * from final
