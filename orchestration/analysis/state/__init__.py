"""Changes of the state that flows carry."""
