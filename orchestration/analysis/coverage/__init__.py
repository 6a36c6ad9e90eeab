"""Coverage in formats other tools read."""
