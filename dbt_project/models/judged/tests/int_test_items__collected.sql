{# What each candidate test would cover: handlers, transitions between beats, error classes; and what tests cover already. #}

with candidates as (
    select * from {{ ref('int_test_candidates__collected') }}
),

handlers as (
    select * from {{ ref('fct_handler_executions') }} where handler_id is not null
),

beats as (
    select
        flow_id,
        topic,
        lag(topic) over (partition by flow_id order by execution_number) as previous_topic
    from {{ ref('fct_beat_executions') }}
),

tested as (
    select handler_id from {{ ref('rpt_handler_coverage') }} where is_tested
),

items as (
    select distinct
        candidates.test_candidate_id,
        'handler' as test_item_kind,
        handlers.handler_id as test_item_key,
        concat_ws('.', handlers.plugin_name, handlers.handler_name) as test_item_name,
        tested.handler_id is not null as is_covered_by_tests
    from candidates
    inner join handlers
        on candidates.flow_id = handlers.flow_id and handlers.status = 'ok' and candidates.candidate_kind <> 'deviation'
    left join tested
        on handlers.handler_id = tested.handler_id
    union all
    -- No report and no import says which beats a test plays one after the other: no transition counts as covered.
    select distinct
        candidates.test_candidate_id,
        'transition' as test_item_kind,
        concat_ws(' ', candidates.sequence_id, beats.previous_topic, beats.topic) as test_item_key,
        concat_ws(' > ', coalesce(beats.previous_topic, 'start'), beats.topic) as test_item_name,
        false as is_covered_by_tests
    from candidates
    inner join beats
        on candidates.flow_id = beats.flow_id
    -- A failure holds its error, a departure the one step that nothing else shows.
    where beats.topic is not null and candidates.candidate_kind <> 'failure'
    union all
    select distinct
        candidates.test_candidate_id,
        'error class' as test_item_kind,
        concat_ws(' ', handler_id, error_group_id) as test_item_key,
        coalesce(error_class, 'error') as test_item_name,
        false as is_covered_by_tests
    from candidates
    where candidate_kind = 'failure'
)

select * from items
