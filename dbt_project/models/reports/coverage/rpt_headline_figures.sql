{# Figures people quote, beside the true ones, each difference explained from the data. #}

with figures as (
    select * from {{ ref('int_headlines__of_handlers') }}
    union all
    select * from {{ ref('int_headlines__of_sequences') }}
    union all
    select * from {{ ref('int_headlines__of_tests') }}
    union all
    select * from {{ ref('int_headlines__of_coverage') }}
),

final as (
    select
        {{ stable_id(['subject', 'figure_title']) }} as headline_figure_id,
        subject,
        figure_title,
        unit,
        true_way,
        naive_way,
        difference_reason,
        cast(figure_number as bigint) as figure_number,
        true_value,
        naive_value,
        naive_value - true_value as difference
    from figures
)

select * from final
