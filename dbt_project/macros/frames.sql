{# Frames: places in the tree sequence, movement, beat, leaf. A part that is null means that the frame is higher up. #}

{# Rows of own time, one per row of `source` that has one; all have the same columns, so that they can be unioned. #}
{% macro frame_rows(source, self_ms, tree="'elapsed'", movement='null', beat='null', leaf='null') -%}
    select
        {{ tree }} as frame_tree,
        session_id,
        flow_id,
        beat_execution_id,
        sequence_part,
        cast({{ movement }} as varchar) as movement_part,
        cast({{ beat }} as varchar) as beat_part,
        cast({{ leaf }} as varchar) as leaf_part,
        cast({{ self_ms }} as decimal(18, 3)) as self_ms
    from {{ source }}
    {% if leaf != 'null' -%}
    where {{ self_ms }} is not null {% if tree != "'elapsed'" %}and {{ self_ms }} > 0{% endif %}
    {%- endif %}
{%- endmacro %}

{# The id of a frame's place in the tree, or of the place `depth` steps below the root on the way to it. #}
{% macro node_id(source, depth) -%}
    {%- set parts = [source ~ '.frame_tree'] -%}
    {%- for part in ['sequence_part', 'movement_part', 'beat_part', 'leaf_part'][:depth] -%}
        {%- do parts.append(source ~ '.' ~ part) -%}
    {%- endfor -%}
    {#- Parts further down count as empty, as they do in the id of that place itself. -#}
    {%- for _ in range(4 - (parts | length - 1)) -%}
        {%- do parts.append('null') -%}
    {%- endfor -%}
    {{ stable_id(parts) }}
{%- endmacro %}
