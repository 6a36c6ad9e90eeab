{# How long it took from one stamped record to the next, counted by kind of step. What a handler does, and what it waits
   for, is left out: the rest is the application's own machinery, which says how fast the machine is. #}

with records as (
    select
        record.session_id,
        file.dialect_name,
        record.line_number,
        record.message_type,
        record.signal,
        record.emitted_at
    from {{ pending('stg_logs__log_records') }} as record
    inner join {{ pending('stg_logs__log_files') }} as file
        on record.session_id = file.session_id
    where
        record.emitted_at is not null
        and record.message_type <> 'other'
),

steps as (
    select
        *,
        lead(message_type) over session_so_far as next_message_type,
        lead(signal) over session_so_far as next_signal,
        lead(emitted_at) over session_so_far as next_emitted_at
    from records
    window session_so_far as (partition by session_id order by line_number)
),

-- Twenty parts of a session, so that one bad moment can be told from a slow machine.
parted as (
    select
        *,
        ntile(20) over (partition by session_id order by line_number) as part_number
    from steps
    where
        next_message_type is not null
        and signal is distinct from 'handler_started'
        and next_signal is distinct from 'user_acted'
        and not (coalesce(signal, '') = 'handler_returned' and coalesce(next_signal, '') = 'handler_settled')
),

final as (
    select
        session_id,
        part_number,
        {{ stable_id(['dialect_name', 'message_type', 'next_message_type']) }} as step_kind_id,
        greatest({{ milliseconds_between('emitted_at', 'next_emitted_at') }}, 0) as duration_ms,
        count(*) as step_count
    from parted
    group by all
)

select * from final
