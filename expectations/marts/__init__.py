"""Suites on marts and reports: one module per table, each with a SUITE."""
