{# Beats that ran without a call of the handler they declare. #}

with beats as (
    select * from {{ pending('int_beats__aligned') }} as beat
    where
        beat.declared_position is not null and beat.declared_handler_name is not null and not beat.is_unheard
),

calls as (
    select * from {{ pending('int_handler_executions__named') }}
),

-- Only where the log writes calls can one be absent.
logged_sessions as (
    select distinct session_id from calls
    where not is_inferred
),

own_calls as (
    select distinct calls.session_id, calls.flow_number, calls.execution_number
    from calls
    inner join beats
        on
            calls.session_id = beats.session_id
            and calls.flow_number = beats.flow_number
            and calls.execution_number = beats.execution_number
            -- Sequences that share a topic and its handler may share one subscription, too.
            and (
                calls.subscribed_sequence_key = beats.sequence_key
                or calls.handler_name = beats.declared_handler_name
            )
),

final as (
    select {{ deviation(
        session_id='beats.session_id', flow_id='beats.flow_id', deviation_class="'no_handler'",
        sequence_name='beats.sequence_name', beat_number='beats.beat_number', topic='beats.topic',
        handler_name='beats.declared_handler_name', occurrence_count=1,
        log_file_path='beats.log_file_path', line_number='beats.line_number'
    ) }}
    from beats
    inner join logged_sessions on beats.session_id = logged_sessions.session_id
    left join own_calls
        on
            beats.session_id = own_calls.session_id
            and beats.flow_number = own_calls.flow_number
            and beats.execution_number = own_calls.execution_number
    where own_calls.session_id is null and beats.beat_status = 'completed'
)

select * from final
