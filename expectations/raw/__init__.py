"""Suites on the raw tables: one module per table, each with a SUITE."""
