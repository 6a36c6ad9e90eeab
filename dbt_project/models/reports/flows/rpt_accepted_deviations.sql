{# Each exception with what it accepts, and why one accepts nothing. Time is the data's own: the newest session. #}

with acceptances as (
    select * from {{ ref('int_acceptances__collected') }}
),

used as (
    select
        acceptance_id,
        count(*) as accepted_deviation_count,
        count(distinct session_id) as session_count,
        max(emitted_at) as last_seen_at
    from {{ ref('fct_flow_deviations') }}
    where is_accepted
    group by acceptance_id
),

drifted as (
    select acceptance_id from {{ ref('fct_declaration_drift') }}
    where is_accepted
    group by acceptance_id
),

erred as (
    select acceptance_id from {{ ref('fct_errors') }}
    where is_accepted
    group by acceptance_id
),

newest as (
    select max(cast(started_at as date)) as newest_day from {{ ref('dim_sessions') }}
),

names as (
    select sequence_name as known_name from {{ ref('dim_sequences') }}
    union
    select sequence_key from {{ ref('dim_sequences') }}
    union
    select sequence_name from {{ ref('fct_flows') }}
    where sequence_name is not null
),

classes as (
    select distinct deviation_class from {{ ref('deviation_classes') }}
),

known as (
    select distinct acceptances.acceptance_id
    from acceptances
    inner join names
        on acceptances.sequence_pattern = '*' or {{ matches_pattern('names.known_name', 'acceptances.sequence_pattern') }}
),

final as (
    select
        acceptances.acceptance_id,
        acceptances.accepted_file_name,
        acceptances.entry_number,
        acceptances.deviation_class,
        acceptances.sequence_pattern,
        acceptances.place_pattern,
        acceptances.reason,
        acceptances.accepted_on,
        acceptances.accepted_until,
        case
            when acceptances.deviation_class <> '*' and classes.deviation_class is null then 'unknown_class'
            when acceptances.sequence_pattern <> '*' and known.acceptance_id is null then 'unknown_sequence'
            when acceptances.accepted_until < newest.newest_day then 'expired'
            when coalesce(used.acceptance_id, drifted.acceptance_id, erred.acceptance_id) is null then 'unused'
            else 'in_use'
        end as acceptance_state,
        coalesce(used.accepted_deviation_count, 0) as accepted_deviation_count,
        coalesce(used.session_count, 0) as session_count,
        used.last_seen_at
    from acceptances
    cross join newest
    left join used on acceptances.acceptance_id = used.acceptance_id
    left join drifted on acceptances.acceptance_id = drifted.acceptance_id
    left join erred on acceptances.acceptance_id = erred.acceptance_id
    left join classes on acceptances.deviation_class = classes.deviation_class
    left join known on acceptances.acceptance_id = known.acceptance_id
)

select * from final
