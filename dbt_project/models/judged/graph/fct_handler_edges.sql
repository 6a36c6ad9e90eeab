{# Connections between handlers: declared (or in the code), observed in the logs, or both. #}

with observed as (
    select
        edge_kind,
        from_handler_id,
        to_handler_id,
        string_agg(distinct via, ', ' order by via) as via,
        count(*) as occurrence_count,
        count(distinct flow_id) as flow_count,
        count(distinct session_id) as session_count,
        count(between_ms) as timed_count,
        -- Below 20 a 95th percentile is one of the points.
        case when count(between_ms) >= 20 then {{ percentile('between_ms', 0.95) }} end as p95_between_ms,
        case when count(between_ms) >= 20 then {{ percentile('between_ms', 0.5) }} end as p50_between_ms,
        count(*) filter (where is_error) as error_count
    from {{ ref('int_handler_pairs__observed') }}
    group by edge_kind, from_handler_id, to_handler_id
),

places as (
    select * from {{ ref('int_handler_pairs__observed') }}
    qualify row_number() over (
        partition by edge_kind, from_handler_id, to_handler_id order by log_file_path, line_number
    ) = 1
),

declared as (
    select * from {{ ref('int_handler_pairs__declared') }}
),

handlers as (
    select handler_id, handler_name, plugin_name from {{ ref('dim_handlers') }}
),

paired as (
    select
        coalesce(declared.edge_kind, observed.edge_kind) as edge_kind,
        coalesce(declared.from_handler_id, observed.from_handler_id) as from_handler_id,
        coalesce(declared.to_handler_id, observed.to_handler_id) as to_handler_id,
        case
            when declared.edge_kind is null then 'observed_only'
            when observed.edge_kind is null then 'declared_only'
            else 'both'
        end as edge_class,
        coalesce(declared.via, observed.via) as via,
        declared.sequence_names,
        declared.code_file_path,
        declared.code_line_number,
        observed.* exclude (edge_kind, from_handler_id, to_handler_id, via)
    from declared
    full outer join observed
        on
            declared.edge_kind = observed.edge_kind
            and declared.from_handler_id = observed.from_handler_id
            and declared.to_handler_id = observed.to_handler_id
),

final as (
    select
        {{ stable_id(['paired.edge_kind', 'paired.from_handler_id', 'paired.to_handler_id']) }} as handler_edge_id,
        paired.edge_kind,
        paired.edge_class,
        paired.from_handler_id,
        origin.handler_name as from_handler_name,
        origin.plugin_name as from_plugin_name,
        paired.to_handler_id,
        target.handler_name as to_handler_name,
        target.plugin_name as to_plugin_name,
        paired.via,
        paired.sequence_names,
        coalesce(paired.occurrence_count, 0) as occurrence_count,
        coalesce(paired.flow_count, 0) as flow_count,
        coalesce(paired.session_count, 0) as session_count,
        coalesce(paired.timed_count, 0) as timed_count,
        paired.p50_between_ms,
        paired.p95_between_ms,
        coalesce(paired.error_count, 0) as error_count,
        case when paired.occurrence_count > 0 and paired.edge_kind <> 'publishes_to'
            then 100.0 * paired.error_count / paired.occurrence_count
        end as error_pct,
        paired.code_file_path,
        paired.code_line_number,
        places.session_id as example_session_id,
        places.log_file_path,
        places.line_number
    from paired
    left join places
        on
            paired.edge_kind = places.edge_kind
            and paired.from_handler_id = places.from_handler_id
            and paired.to_handler_id = places.to_handler_id
    inner join handlers as origin on paired.from_handler_id = origin.handler_id
    inner join handlers as target on paired.to_handler_id = target.handler_id
)

select * from final
