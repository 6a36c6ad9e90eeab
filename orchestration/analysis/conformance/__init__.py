"""Flows against their declared sequences: alignment, its measures, and times between beats."""
