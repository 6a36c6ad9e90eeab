{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with subscriptions as (
    select * from {{ ref('int_records__correlated') }} as record
    where
        record.signal = 'topic_subscribed'
        and {{ only_pending_sessions('record') }}
),

-- A topic's subscribers are called in the order they subscribed; item_count is the place of each, from 1. A later
-- subscription at the same place replaces an earlier one.
final as (
    select
        session_id,
        topic,
        coalesce(item_count, row_number() over (partition by session_id, topic order by line_number)) - 1
            as subscriber_index,
        plugin_name,
        sequence_key,
        line_number
    from subscriptions
    qualify row_number() over (
        partition by session_id, topic, item_count order by line_number desc
    ) = 1
)

select * from final
