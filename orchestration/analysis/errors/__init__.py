"""Errors: grouping, cascades, what failing has in common, and places in the code."""
