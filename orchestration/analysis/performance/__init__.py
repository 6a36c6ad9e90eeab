"""Statistics of durations, and where a flow waits."""
