"""What got slower or faster, between builds and over time."""
