{# Functions of the packages that hold declared handlers, tests left out. #}

with symbols as (
    select * from {{ ref('dim_code_symbols') }}
    where not is_test and symbol_kind <> 'class'
),

called as (
    select distinct {{ last_name('target_name') }} as function_name
    from {{ ref('fct_code_edges') }}
    where is_test and edge_kind = 'calls'
),

final as (
    select
        symbols.code_file_path,
        symbols.code_line_number,
        symbols.code_function_name,
        symbols.symbol_kind,
        symbols.is_exported,
        called.function_name is not null as is_name_called
    from symbols
    left join called on symbols.code_function_name = called.function_name
    where
        exists (
            select 1 from {{ ref('int_packages__located') }} as packages
            where {{ is_in_folder('symbols.code_file_path', 'packages.folder_path') }}
        )
)

select * from final
