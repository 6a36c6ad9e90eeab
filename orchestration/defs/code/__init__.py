"""The raw tables of the code: declarations, handlers, tests, coverage."""
