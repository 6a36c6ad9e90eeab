"""What the user says of the project in the configuration, as raw tables."""
