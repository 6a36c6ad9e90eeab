"""`sightline prove`: faults made into copies of the user's own logs, judged apart, counted."""
