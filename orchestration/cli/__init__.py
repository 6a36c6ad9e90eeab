"""The `sightline` command: thin verbs over the same assets that Dagster schedules."""
