with candidates as (
    select * from {{ ref('int_test_candidates__collected') }}
),

items as (
    select
        test_candidate_id,
        count(*) as test_item_count,
        count(case when not is_covered_by_tests then 1 end) as uncovered_item_count,
        coalesce(list(test_item_name order by test_item_name) filter (where test_item_kind = 'handler'), []) as covered_handlers,
        coalesce(list(test_item_name order by test_item_name) filter (where test_item_kind = 'transition'), []) as covered_transitions,
        coalesce(list(test_item_name order by test_item_name) filter (where test_item_kind = 'error class'), []) as covered_error_classes
    from {{ ref('int_test_items__collected') }}
    group by test_candidate_id
),

ranks as (
    select * from {{ source('measured', 'test_ranks') }}
),

handlers as (
    select handler_id, handler_name, plugin_name from {{ ref('dim_handlers') }}
),

final as (
    select
        candidates.test_candidate_id,
        candidates.candidate_kind,
        candidates.sequence_id,
        candidates.sequence_key,
        candidates.sequence_name,
        candidates.variant_id,
        candidates.handler_id,
        handlers.handler_name,
        handlers.plugin_name,
        candidates.error_group_id,
        candidates.error_class,
        candidates.flow_count,
        items.covered_handlers,
        items.covered_transitions,
        items.covered_error_classes,
        items.test_item_count,
        items.uncovered_item_count,
        items.uncovered_item_count = 0 as is_covered_by_tests,
        ranks.cover_rank,
        coalesce(ranks.new_item_count, 0) as new_item_count,
        coalesce(candidates.input_count, 0) as input_count,
        coalesce(candidates.known_input_count, 0) as known_input_count,
        candidates.missing_fields,
        candidates.replayability_pct,
        candidates.flow_id,
        candidates.session_id,
        candidates.started_at,
        candidates.log_file_path,
        candidates.line_number
    from candidates
    inner join items
        on candidates.test_candidate_id = items.test_candidate_id
    left join ranks
        on candidates.test_candidate_id = ranks.test_candidate_id
    left join handlers
        on candidates.handler_id = handlers.handler_id
)

select * from final
