-- A group's title says what failed; its explanation why its records are taken for one error.
with placed as (
    select * from {{ ref('int_error_groups__placed') }}
),

subjects as (
    select
        error_group_id,
        min(subject_kind) as subject_kind,
        min(subject) as subject
    from {{ source('measured', 'error_roots') }}
    group by error_group_id
),

worded as (
    select
        placed.*,
        subjects.subject_kind,
        subjects.subject,
        case when placed.error_class = placed.error_kind then '' else placed.error_class || ': ' end as class_words,
        case
            when placed.normalised_message <> '' then replace(placed.example_message, '\"', '"')
            when placed.handler_name is not null then 'an error whose words the log lost'
            else trim(placed.example_message) || ' (the log lost the error''s words)'
        end
            as said
    from placed
    inner join subjects on placed.error_group_id = subjects.error_group_id
),

final as (
    select
        *,
        case
            when subject_kind = 'host' then subject || ' is not reached: ' || normalised_message
            when subject_kind = 'request' then subject || ' answers ' || normalised_message
            when subject_kind = 'plugin_missing' then 'Plugin ' || subject || ' is asked for and does not exist'
            when subject_kind = 'sequence_missing' then 'Sequence ' || subject || ' is asked for and does not exist'
            when subject_kind = 'topic_unknown' then 'Topic ' || subject || ' is published and nothing defines it'
            when subject_kind = 'handler' and subject like '%/beat'
                then coalesce(handler_name, 'a handler') || '''s beat fails: ' || class_words || said
            when error_kind = 'handler_failed'
                then coalesce(handler_name, 'a handler') || ' throws ' || class_words || said
            when subject_kind = 'handler' then coalesce(handler_name, 'a handler') || ': ' || class_words || said
            else class_words || said
        end as title,
        case
            when subject_kind = 'host' then 'Requests to one host that no connection was made to, whatever they asked for.'
            when subject_kind = 'request'
                then 'Requests of one address that got the same answer; ids, numbers and query values in it may differ.'
            when subject_kind in ('plugin_missing', 'sequence_missing', 'topic_unknown')
                then 'Requests for one thing that does not exist.'
            when subject_kind = 'handler' and subject like '%/beat'
                then 'Failures of the beats of one handler, before or after it ran, of one class and shape of message.'
            when subject_kind = 'handler' then 'Errors of one handler, of one class and shape of message.'
            when subject_kind = 'sequence'
                then 'Failures of one sequence''s beats or flows, of one class and shape of message.'
            when subject_kind = 'plugin' then 'Reports about one plugin, of one class and shape of message.'
            else 'Reports from one place of the code, of one class and shape of message.'
        end as explanation
    from worded
)

select * from final
