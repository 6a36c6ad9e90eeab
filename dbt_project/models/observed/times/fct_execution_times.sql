with executions as (
    select * from {{ pending('int_executions__placed') }}
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

waiting_beats as (
    select {{ stable_id(['sequence_key', 'beat_position']) }} as subject_id from {{ ref('stg_code__beats') }}
    where {{ is_waiting_timing('timing') }}
),

-- Between two beats of a movement, by their stamps; before a beat that is declared to wait, also where it is the first.
pauses as (
    select
        beats.parent_execution_id,
        beats.started_us - lag(beats.ended_us) over siblings as pause_us,
        case
            when waiting_beats.subject_id is not null
                then beats.started_us - coalesce(lag(beats.ended_us) over siblings, parents.started_us)
        end as declared_us
    from executions as beats
    inner join executions as parents on beats.parent_execution_id = parents.execution_id
    left join waiting_beats on beats.subject_id = waiting_beats.subject_id
    where beats.execution_kind = 'beat'
    window siblings as (partition by beats.parent_execution_id order by beats.started_us, beats.line_number)
),

paused as (
    select
        parent_execution_id,
        sum(case when pause_us >= 0 then pause_us end) as pause_us,
        sum(case when declared_us >= 0 then declared_us end) as declared_us
    from pauses
    group by parent_execution_id
),

covered as (
    select
        executions.*,
        coalesce(children.child_count, 0) as child_count,
        coalesce(children.children_us, 0) as children_us,
        -- Siblings together never take longer than what is around them: the excess is counted as side by side.
        least(executions.duration_us, coalesce(children.children_us - children.overlap_us, 0)) as covered_us,
        case when executions.execution_kind = 'movement' then paused.pause_us end as pause_us,
        paused.declared_us
    from executions
    left join children on executions.execution_id = children.parent_execution_id
    left join paused on executions.execution_id = paused.parent_execution_id
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
        case when declared_us is not null then least(declared_us, duration_us - covered_us) / 1000.0 end as declared_wait_ms,
        duration_resolution_ms,
        line_number
    from covered
)

select * from final
