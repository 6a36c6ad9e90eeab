with records as (
    select * from {{ pending('int_records__correlated') }} as record
    where
        record.topic is not null
        and record.signal in ('topic_published', 'topic_routed', 'topic_subscribed', 'topic_unknown', 'beat_completed')
),

final as (
    select
        session_id,
        topic,
        case when signal = 'topic_routed' then sequence_key end as routed_sequence_key,
        count(case when signal in ('topic_published', 'topic_unknown') then 1 end) as published_count,
        count(case when signal = 'topic_routed' then 1 end) as routed_count,
        count(case when signal = 'beat_completed' then 1 end) as beat_count,
        count(case when signal = 'topic_subscribed' then 1 end) as subscribed_count,
        max(case when signal in ('topic_published', 'topic_unknown', 'beat_completed') then emitted_at end) as last_seen_at
    from records
    group by session_id, topic, case when signal = 'topic_routed' then sequence_key end
)

select * from final
