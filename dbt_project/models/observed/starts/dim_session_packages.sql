{# Package and version stand in one text, 'cart@1.2.0' or 'Cart v1.2.0'. A version begins with a digit: 'unknown' is none. #}
{% set split = '^(.+?)(?:@| v?)([0-9][^@ ]*)$' %}

with records as (
    select
        *,
        regexp_extract(build_name, '{{ split }}', 1) as package_name,
        regexp_extract(build_name, '{{ split }}', 2) as package_version
    from {{ pending('int_records__correlated') }} as record
    where record.signal = 'package_reported'
),

final as (
    select
        {{ stable_id(['session_id', 'package_name', "'package'"]) }} as session_package_id,
        session_id,
        package_name,
        package_version,
        log_file_path,
        line_number
    from records
    where package_name <> ''
    qualify row_number() over (partition by session_id, package_name order by line_number) = 1
)

select * from final
