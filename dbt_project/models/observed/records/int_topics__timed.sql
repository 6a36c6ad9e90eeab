with final as (
    select
        session_id,
        topic,
        emitted_at,
        log_file_path,
        line_number
    from {{ pending('int_records__correlated') }} as record
    where signal in ('topic_published', 'topic_unknown') and topic is not null
)

select * from final
