"""Suites of expectations on the raw tables and the marts; the only room that imports Great Expectations."""
