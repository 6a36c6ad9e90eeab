"""Named baselines: what some sessions showed, kept as one file, and what differs from it later."""
