{# Every duration a percentile is made of, with the place in time of its session; waiting in the queue is a kind of its
   own. #}

with sessions as (
    select
        session_id,
        case when has_clock then row_number() over (partition by has_clock order by started_at, session_id) end as session_number
    from {{ ref('dim_sessions') }}
),

united as (
    select execution_kind, subject_id, session_id, duration_ms, duration_resolution_ms
    from {{ ref('fct_execution_times') }}
    union all
    select 'queue_wait', coalesce(sequence_id, {{ stable_id(['sequence_name']) }}), session_id, queue_wait_ms, 1
    from {{ ref('fct_flows') }}
    where queue_wait_ms is not null
),

final as (
    select
        united.execution_kind,
        united.subject_id,
        united.session_id,
        sessions.session_number,
        united.duration_ms,
        coalesce(united.duration_resolution_ms, 1) as duration_resolution_ms
    from united
    inner join sessions on united.session_id = sessions.session_id
)

select * from final
