"""Tables that Python computes of the build, between two slices of dbt."""
