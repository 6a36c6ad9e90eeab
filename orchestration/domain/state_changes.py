"""The raw table of state changes: what the record of a state row says, taken apart.

How a record is read is orchestration/log_ingest/state_changes.py.
"""

from orchestration.domain.table_shape import LINE_NUMBER, LOG_FILE_ID, LOG_FILE_PATH, Column, Table

STATE_CHANGES = Table(
    "state_changes",
    "One row per key changed per state row of a log, with what the cut preview shows of its value.",
    (
        LOG_FILE_ID,
        LOG_FILE_PATH,
        LINE_NUMBER,
        Column("key_position", "int64", "Place of the key in its state row, from 1.", True),
        Column("state_key", "string", "Key of the flow's state.", True),
        Column("mutation_kind", "string", "added, updated or removed.", True),
        Column("value_type", "string", "JSON type as far as the preview shows it; null when it does not show the key."),
        Column("value_shape", "string", "Keys of an object, number of items, length of a text, as far as shown."),
        Column("value_after", "string", "JSON text of the new value as far as shown; null when it is not."),
        Column("is_value_cut", "bool", "The preview ends inside this value."),
        Column("is_preview_cut", "bool", "The preview ends before its JSON does.", True),
    ),
)
