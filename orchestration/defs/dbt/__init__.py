"""The dbt models as assets, built in process."""
