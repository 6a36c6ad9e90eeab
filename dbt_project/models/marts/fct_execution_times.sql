{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with executions as (
    select * from {{ ref('int_executions__nested') }} as execution
    where {{ only_pending_sessions('execution') }}
),

children as (
    select
        parent_execution_id,
        count(*) as child_count,
        sum(inside_us) as children_us,
        sum(overlap_us) as overlap_us
    from executions
    where parent_execution_id is not null
    group by parent_execution_id
),

-- Between two beats of a movement, by their stamps.
pauses as (
    select
        parent_execution_id,
        case
            when lead(started_us) over siblings >= ended_us then lead(started_us) over siblings - ended_us
        end as pause_us
    from executions
    where execution_kind = 'beat' and parent_execution_id is not null
    window siblings as (partition by parent_execution_id order by started_us, line_number)
),

paused as (
    select
        parent_execution_id,
        sum(pause_us) as pause_us
    from pauses
    where pause_us is not null
    group by parent_execution_id
),

covered as (
    select
        executions.*,
        coalesce(children.child_count, 0) as child_count,
        coalesce(children.children_us, 0) as children_us,
        -- Siblings together never take longer than what is around them: the excess is counted as side by side.
        least(executions.duration_us, coalesce(children.children_us - children.overlap_us, 0)) as covered_us,
        paused.pause_us
    from executions
    left join children on executions.execution_id = children.parent_execution_id
    left join paused
        on executions.execution_id = paused.parent_execution_id and executions.execution_kind = 'movement'
),

final as (
    select
        execution_id,
        execution_kind,
        subject_id,
        parent_execution_id,
        flow_id,
        session_id,
        {{ moment_of_microseconds('started_us') }} as started_at,
        duration_us / 1000.0 as duration_ms,
        inside_us / 1000.0 as inside_ms,
        cast(child_count as bigint) as child_count,
        children_us / 1000.0 as children_ms,
        (children_us - covered_us) / 1000.0 as parallel_ms,
        (duration_us - covered_us) / 1000.0 as self_ms,
        case when pause_us is not null then least(pause_us, duration_us - covered_us) / 1000.0 end as between_beats_ms,
        duration_resolution_ms,
        line_number
    from covered
)

select * from final
