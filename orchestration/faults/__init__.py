"""Known faults, made into copies of recorded sessions, and how many of them are found again."""
