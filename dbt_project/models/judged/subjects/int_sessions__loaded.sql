{# How busy the machine was while a session was recorded, from things that take no time on an idle one. #}

{# Fewer quick steps say nothing. A step counts for 100 ms at most: what lasts longer is a gap, judged on its own. #}
{% set fewest_steps = 200 %}
{% set longest_step_ms = 100 %}
{# 97.5 % point of Student's t with 19 degrees of freedom, for twenty parts. #}
{% set t_of_twenty = 2.093 %}

with parts as (
    select
        timed.session_id,
        timed.part_number,
        sum(timed.step_count) as step_count,
        {{ sum_in_any_order('least(timed.duration_ms, ' ~ longest_step_ms ~ ') * timed.step_count') }} as taken_ms,
        {{ sum_in_any_order('kinds.undisturbed_ms * timed.step_count') }} as undisturbed_ms
    from {{ ref('int_steps__timed') }} as timed
    inner join {{ ref('int_step_kinds__paced') }} as kinds
        on timed.step_kind_id = kinds.step_kind_id
    group by timed.session_id, timed.part_number
),

totals as (
    select
        session_id,
        sum(step_count) as step_count,
        {{ sum_in_any_order('undisturbed_ms') }} as undisturbed_ms,
        {{ sum_in_any_order('taken_ms') }} / nullif({{ sum_in_any_order('undisturbed_ms') }}, 0) as step_factor
    from parts
    group by session_id
    having sum(step_count) >= {{ fewest_steps }}
),

-- The standard error of a ratio of sums, over the parts.
paced as (
    select
        totals.session_id,
        max(totals.step_count) as step_count,
        max(totals.step_factor) as step_factor,
        {{ t_of_twenty }} * sqrt(
            count(*) / nullif(count(*) - 1.0, 0)
            * {{ sum_in_any_order('power(parts.taken_ms - totals.step_factor * parts.undisturbed_ms, 2)') }}
        ) / max(totals.undisturbed_ms) as step_factor_margin
    from totals
    inner join parts on totals.session_id = parts.session_id
    where totals.step_factor is not null
    group by totals.session_id
),

starts as (
    select
        files.session_id,
        files.dialect_name,
        {{ milliseconds_between('files.first_emitted_at', 'first_uses.first_used_at') }} as start_ms
    from {{ ref('stg_logs__log_files') }} as files
    inner join {{ ref('fct_session_starts') }} as first_uses on files.session_id = first_uses.session_id
    where files.first_emitted_at is not null and first_uses.first_used_at is not null
),

-- A start is compared with the fast ones of its dialect: the fastest tenth of at least ten.
usual_starts as (
    select dialect_name, {{ percentile('start_ms', 0.1) }} as fast_start_ms
    from starts
    where start_ms > 0
    group by dialect_name
    having count(*) >= 10
),

started as (
    select starts.session_id, starts.start_ms, starts.start_ms / usual_starts.fast_start_ms as start_factor
    from starts
    left join usual_starts on starts.dialect_name = usual_starts.dialect_name
),

measured as (
    select
        files.session_id,
        paced.step_count,
        paced.step_factor,
        paced.step_factor - paced.step_factor_margin as step_factor_low,
        paced.step_factor + paced.step_factor_margin as step_factor_high,
        started.start_ms,
        started.start_factor,
        -- Equal parts of both signs; the start counts only where it was slower than the fast ones.
        case
            when started.start_factor is null then paced.step_factor
            else round(sqrt(paced.step_factor * greatest(started.start_factor, 1)), 6)
        end as load_factor
    from {{ ref('stg_logs__log_files') }} as files
    left join paced on files.session_id = paced.session_id
    left join started on files.session_id = started.session_id
    where files.record_count > 0
),

final as (
    select
        *,
        coalesce(load_factor >= 2 and step_factor >= 1.5, false) as is_loaded_machine,
        case
            when load_factor is null then 'not known: fewer than {{ fewest_steps }} stamped steps to judge by'
            else
                step_count || ' steps that take no time on an idle machine took '
                || round(step_factor, 1) || ' times as long as undisturbed (95 % interval '
                || round(step_factor_low, 1) || ' to ' || round(step_factor_high, 1) || ')'
                || coalesce(
                    '; the start took ' || round(start_ms / 1000, 1) || ' s, ' || round(start_factor, 1)
                    || ' times the fastest tenth of the sessions', ''
                )
        end as load_evidence
    from measured
)

select * from final
