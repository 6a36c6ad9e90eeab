with records as (
    select
        *,
        lag(signal) over of_subscriber as earlier_signal,
        lag(item_count) over of_subscriber as earlier_item_count,
        lead(signal) over of_subscriber as later_signal,
        lead(line_number) over of_subscriber as later_line_number,
        lead(emitted_at) over of_subscriber as later_at
    from {{ pending('int_records__correlated') }} as record
    where
        record.signal in ('topic_subscribed', 'topic_unsubscribed')
    window of_subscriber as (
        partition by session_id, topic, plugin_name, sequence_key, handler_name order by line_number
    )
),

subscriptions as (
    select
        *,
        coalesce(later_signal = 'topic_unsubscribed', false) as is_ended
    from records
    where signal = 'topic_subscribed'
),

-- A topic's subscribers are called in the order they subscribed; item_count is the place of each, from 1. A later
-- subscription at the same place replaces an earlier one: the application has started anew.
final as (
    select
        {{ stable_id(['session_id', 'line_number', "'subscription'"]) }} as subscription_id,
        session_id,
        topic,
        plugin_name,
        sequence_key,
        handler_name,
        coalesce(item_count, row_number() over (partition by session_id, topic order by line_number)) - 1
            as subscriber_index,
        row_number() over (partition by session_id, topic, item_count order by line_number desc) = 1 as is_current,
        coalesce(
            earlier_signal = 'topic_subscribed' and coalesce(plugin_name, handler_name) is not null
            and item_count > earlier_item_count,
            false
        ) as is_duplicate,
        emitted_at as subscribed_at,
        case when is_ended then later_at end as unsubscribed_at,
        case when is_ended then later_line_number end as unsubscribed_line_number,
        log_file_path,
        line_number
    from subscriptions
)

select * from final
