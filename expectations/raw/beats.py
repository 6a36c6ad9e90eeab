"""Declared beats: each names its topic and its handler."""

from expectations.plausible import BETWEEN, NOT_NULL
from expectations.suite import Check, Frame, Suite

BEATS = Frame(
    """
    select
        topic, handler_name, beat_number, declaration_file_path,
        sequence_key || ' at ' || declaration_json_path as label
    from raw.beats order by sequence_key, beat_position
    """
)

SUITE = Suite(
    layer="raw",
    schema="raw",
    table="beats",
    noun="beats",
    checks=(
        Check(
            name="beats_name_their_topic",
            severity="warning",
            description="Every declared beat says which topic it publishes.",
            why="Observed beats are matched with declared ones by their topic.",
            frame=BEATS,
            expectation=NOT_NULL,
            columns=("topic",),
            expected="a topic",
        ),
        Check(
            name="beats_name_their_handler",
            severity="warning",
            description="Every declared beat says which handler does its work.",
            why="A beat without a handler cannot be led to code, to a test or to an owner.",
            frame=BEATS,
            expectation=NOT_NULL,
            columns=("handler_name",),
            expected="a handler",
        ),
        Check(
            name="beat_numbers_are_plausible",
            severity="warning",
            description="Beats are numbered from 1 to 200.",
            why="The log counts beats from 1; other numbers cannot be compared with it.",
            frame=BEATS,
            expectation=BETWEEN,
            columns=("beat_number",),
            arguments={"min_value": 1, "max_value": 200},
            expected="{min_value} to {max_value}",
        ),
    ),
)
