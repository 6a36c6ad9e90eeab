"""The raw tables of the logs, and the sensor on the log folder."""
