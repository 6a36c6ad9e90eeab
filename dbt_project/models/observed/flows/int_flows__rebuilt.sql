{# A log's queue of flows is first in, first out per sequence: the n-th start of a sequence is its n-th request. #}
{% set queue_key = "case when correlation = 'request_id' then concat_ws(chr(31), flow_number, request_id) else sequence_name end" %}

with queued_in_order as (
    select
        *,
        {{ queue_key }} as queue_key,
        row_number() over (partition by session_id, {{ queue_key }} order by line_number) as queue_number
    from {{ pending('int_records__correlated') }} as record
    where signal = 'flow_queued'
),

started as (
    select
        session_id,
        flow_number,
        min(correlation) as correlation,
        {{ value_at_first("case when signal = 'flow_started' then sequence_name end", 'line_number') }} as sequence_name,
        {{ value_at_first("case when signal = 'flow_started' then sequence_key end", 'line_number') }} as sequence_key,
        coalesce(
            {{ value_at_first("case when signal in ('flow_started', 'flow_identified') then request_id end", 'line_number') }},
            {{ value_at_first("case when signal = 'state_changed' and execution_number > 0 then request_id end", 'line_number') }}
        ) as request_id,
        min(case when signal = 'flow_started' then emitted_at end) as started_at,
        max(case when signal in ('flow_completed', 'flow_failed', 'flow_cancelled') then emitted_at end) as ended_at,
        max(case when signal in ('flow_completed', 'flow_failed', 'flow_cancelled') then duration_ms end) as stated_duration_ms,
        bool_or(signal = 'flow_completed') as is_completed,
        bool_or(signal = 'flow_failed') as is_failed,
        bool_or(signal = 'flow_cancelled') as is_cancelled,
        min(case when signal in ('flow_completed', 'flow_failed', 'flow_cancelled') then line_number end) as end_line_number,
        min(log_file_path) as log_file_path,
        min(case when signal = 'flow_started' then line_number end) as line_number
    from {{ pending('int_records__correlated') }} as record
    where flow_number > 0
    group by session_id, flow_number
),

started_in_order as (
    select
        *,
        {{ queue_key }} as queue_key,
        row_number() over (partition by session_id, {{ queue_key }} order by line_number) as queue_number
    from started
),

joined as (
    select
        coalesce(started.session_id, queued.session_id) as session_id,
        started.flow_number,
        coalesce(started.sequence_name, queued.sequence_name) as sequence_name,
        coalesce(started.sequence_key, queued.sequence_key) as logged_sequence_key,
        coalesce(started.request_id, queued.request_id) as request_id,
        case
            when started.is_failed then 'failed'
            when started.is_completed then 'completed'
            when started.is_cancelled then 'cancelled'
            when started.session_id is null then 'never_started'
            else 'incomplete'
        end as flow_status,
        queued.emitted_at as queued_at,
        queued.line_number as queued_line_number,
        started.started_at,
        started.ended_at,
        coalesce(
            started.stated_duration_ms, {{ milliseconds_between('started.started_at', 'started.ended_at') }}
        ) as duration_ms,
        started.stated_duration_ms is not null as is_duration_stated,
        coalesce(started.log_file_path, queued.log_file_path) as log_file_path,
        coalesce(started.line_number, queued.line_number) as line_number,
        started.end_line_number
    from started_in_order as started
    full outer join queued_in_order as queued
        on
            started.session_id = queued.session_id
            and started.queue_key = queued.queue_key
            and started.queue_number = queued.queue_number
),

-- A log often names the sequence only by its title; where two sequences share one, the request id decides.
resolved as (
    select
        joined.*,
        sequence.sequence_key,
        sequence.plugin_name,
        sequence.sequence_key is not null as is_declared
    from joined
    left join {{ ref('stg_code__sequences') }} as sequence
        on
            sequence.is_primary
            and (
                joined.logged_sequence_key = sequence.sequence_key
                or (joined.logged_sequence_key is null and joined.sequence_name = sequence.sequence_name)
            )
    qualify row_number() over (
        partition by joined.session_id, joined.line_number, joined.flow_status
        order by starts_with(joined.request_id, sequence.sequence_key || '-') desc nulls last, sequence.sequence_key
    ) = 1
),

final as (
    select
        {{ stable_id(['session_id', 'line_number', 'flow_status = \'never_started\'']) }} as flow_id,
        * exclude (logged_sequence_key, sequence_key),
        coalesce(sequence_key, logged_sequence_key) as sequence_key
    from resolved
)

select * from final
