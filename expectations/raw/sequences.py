"""Declared sequences: there are some, and each says what it needs to say."""

from expectations.plausible import BETWEEN, NOT_NULL, has_rows
from expectations.suite import Check, Frame, Suite

SEQUENCES = Frame(
    """
    select plugin_name, movement_count, beat_count, declaration_file_path, sequence_name as label
    from raw.sequences where is_primary order by sequence_key
    """
)

DECLARATIONS = Frame(
    """
    select
        count(distinct declaration_hash) as distinct_declaration_count,
        min(declaration_file_path) as declaration_file_path,
        sequence_key || ' also in ' || string_agg(declaration_file_path, ', ' order by declaration_file_path) as label
    from raw.sequences group by sequence_key order by sequence_key
    """
)

ROWS = Frame("select count(*) as row_count from raw.sequences")

SUITE = Suite(
    layer="raw",
    schema="raw",
    table="sequences",
    noun="sequences",
    checks=(
        has_rows(ROWS, "The table of declared sequences", "Without declarations no flow can be judged, only shown."),
        Check(
            name="sequences_have_a_movement",
            severity="warning",
            description="Every declared sequence has at least one movement.",
            why="A declaration without movements was not understood, or is unfinished.",
            frame=SEQUENCES,
            expectation=BETWEEN,
            columns=("movement_count",),
            arguments={"min_value": 1},
            expected="at least {min_value} movement",
        ),
        Check(
            name="sequences_have_a_plausible_number_of_beats",
            severity="warning",
            description="Every declared sequence has 1 to 200 beats.",
            why="None means a declaration that was not understood; hundreds mean a generated one.",
            frame=SEQUENCES,
            expectation=BETWEEN,
            columns=("beat_count",),
            arguments={"min_value": 1, "max_value": 200},
            expected="{min_value} to {max_value} beats",
        ),
        Check(
            name="sequences_name_their_plugin",
            severity="warning",
            description="Every declared sequence says which plugin it belongs to.",
            why="Two plugins may have handlers of one name; without the plugin a beat cannot be led to its function.",
            frame=SEQUENCES,
            expectation=NOT_NULL,
            columns=("plugin_name",),
            expected="a plugin",
        ),
        Check(
            name="copies_of_a_declaration_agree",
            severity="warning",
            description="A sequence that is declared in several files is declared the same in all.",
            why="Production plays one of the copies; flows are judged against another.",
            frame=DECLARATIONS,
            expectation=BETWEEN,
            columns=("distinct_declaration_count",),
            arguments={"max_value": 1},
            expected="{max_value} declaration per sequence",
        ),
    ),
)
