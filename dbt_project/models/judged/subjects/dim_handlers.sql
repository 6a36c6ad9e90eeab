{# Handlers as declared, and handlers production named that no declaration does (is_declared false). #}

with declared as (
    select * from {{ ref('stg_code__handlers') }}
),

evidence as (
    select * from {{ ref('int_handlers__evidenced') }}
),

topics as (
    select
        sequence.plugin_name,
        beat.handler_name,
        count(distinct beat.topic) as topic_count,
        string_agg(distinct beat.beat_kind, ', ' order by beat.beat_kind) as beat_kinds
    from {{ ref('stg_code__beats') }} as beat
    inner join {{ ref('stg_code__sequences') }} as sequence
        on beat.sequence_key = sequence.sequence_key and sequence.is_primary
    group by sequence.plugin_name, beat.handler_name
),

observed as (
    select distinct plugin_name, handler_name
    from {{ ref('int_handler_executions__ended') }}
    where handler_name is not null
),

undeclared as (
    select observed.*
    from observed
    left join declared
        on
            observed.plugin_name is not distinct from declared.plugin_name
            and observed.handler_name = declared.handler_name
    where declared.handler_name is null
),

final as (
    select
        {{ stable_id(['declared.plugin_name', 'declared.handler_name']) }} as handler_id,
        declared.handler_name,
        declared.plugin_name,
        declared.package_name,
        true as is_declared,
        declared.resolution,
        declared.resolution_evidence,
        declared.candidate_count,
        declared.candidates,
        declared.code_file_path,
        declared.code_line_number,
        declared.code_end_line_number,
        declared.code_function_name,
        declared.signature,
        declared.doc_comment,
        declared.is_async,
        coalesce(topics.topic_count, 0) as topic_count,
        topics.beat_kinds as handler_kind,
        evidence.complexity,
        evidence.line_count,
        evidence.test_count as tests_count,
        evidence.test_file_count,
        evidence.line_coverage_pct as test_line_coverage_pct,
        evidence.commit_count,
        evidence.author_count,
        evidence.last_changed_at,
        evidence.owners
    from declared
    left join evidence
        on declared.plugin_name = evidence.plugin_name and declared.handler_name = evidence.handler_name
    left join topics
        on declared.plugin_name = topics.plugin_name and declared.handler_name = topics.handler_name
    union all
    select
        {{ stable_id(['plugin_name', 'handler_name']) }}, handler_name, plugin_name, null, false, 'unresolved',
        'production names it, no declaration does', 0, null, null, null, null, null, null, null, null, 0,
        null, null, null, 0, 0, null, 0, 0, null, null
    from undeclared
)

select * from final
