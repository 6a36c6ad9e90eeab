"""From a source tree to symbols, handlers, sequences, tests and coverage: raw tables in the lake."""
