"""The raw tables of the configuration: what the user knows and no log or code says.

Names of builds, accepted exceptions, what anomalies are judged against and budgets. The other raw tables are in
tables.py and code_map_tables.py.
"""

from orchestration.domain.table_shape import BUDGET_COLUMNS, Column, Table

NAMED_BUILDS = Table(
    "named_builds",
    "One row per pattern of log paths for which the configuration names a build; the first that matches counts.",
    (
        Column("pattern_number", "int64", "Place of the pattern in the configuration, from 1.", True),
        Column("log_path_pattern", "string", "Glob of log paths or of their file names.", True),
        Column("build_name", "string", "Build the user named.", True),
    ),
)

ACCEPTED_DEVIATIONS = Table(
    "accepted_deviations",
    "One row per exception of the user's own files: deviations that are accepted, with reason and date.",
    (
        Column("entry_number", "int64", "Line of the file, from 1.", True),
        Column("accepted_file_name", "string", "Name of the file it stands in.", True),
        Column("deviation_class", "string", "Class of the deviations, or * for any.", True),
        Column("sequence_pattern", "string", "Glob of sequence names or declared ids; * for any, also none.", True),
        Column("place_pattern", "string", "Number of a beat, or glob of topics; * for any.", True),
        Column("reason", "string", "Why they are accepted.", True),
        Column("accepted_on", "string", "Day on which that was decided, like 2026-11-22.", True),
        Column("accepted_until", "string", "Last day of the sessions it holds for; null for ever."),
    ),
)

ANOMALY_SETTINGS = Table(
    "anomaly_settings",
    "One row per choice of the configuration on what anomalies are judged against.",
    (
        Column("setting_name", "string", "training | training_build | incident | alert_budget.", True),
        Column("setting_number", "int64", "Place among those of its name, from 1.", True),
        Column("setting_value", "string", "A glob of log paths or of their file names, a build, or a number.", True),
        Column("reason", "string", "Why a log is an incident."),
    ),
)

CONFIGURED_BUDGETS = Table(
    "configured_budgets",
    "One row per limit of a budget in the configuration.",
    (
        *BUDGET_COLUMNS,
        Column("config_file_name", "string", "Name of the file it stands in; null when the environment sets it."),
        Column("config_key", "string", "Key it stands under, as written there.", True),
    ),
)
