with sessions as (
    select * from {{ ref('dim_sessions') }}
    where build is not null
),

flows as (
    select
        session_id,
        count(case when is_conformant then 1 end) as conformant_flow_count
    from {{ ref('fct_flows') }}
    group by session_id
),

grouped as (
    select
        sessions.build,
        count(*) as session_count,
        min(sessions.started_at) as first_seen_at,
        max(coalesce(sessions.ended_at, sessions.started_at)) as last_seen_at,
        sum(sessions.flow_count) as flow_count,
        sum(coalesce(flows.conformant_flow_count, 0)) as conformant_flow_count,
        sum(sessions.flow_failed_count) as flow_failed_count,
        sum(sessions.error_count) as error_count,
        sum(sessions.deviation_count) as deviation_count
    from sessions
    left join flows on sessions.session_id = flows.session_id
    group by sessions.build
),

final as (
    select
        build,
        cast(row_number() over (order by first_seen_at asc nulls first, build asc) as bigint) as build_number,
        first_seen_at,
        last_seen_at,
        cast(session_count as bigint) as session_count,
        cast(flow_count as bigint) as flow_count,
        cast(conformant_flow_count as bigint) as conformant_flow_count,
        100.0 * conformant_flow_count / nullif(flow_count, 0) as conformance_pct,
        cast(flow_failed_count as bigint) as flow_failed_count,
        cast(error_count as bigint) as error_count,
        cast(deviation_count as bigint) as deviation_count
    from grouped
)

select * from final
