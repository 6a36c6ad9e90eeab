"""The only room that knows Dagster: assets, checks, the job, its schedule and its sensor."""
