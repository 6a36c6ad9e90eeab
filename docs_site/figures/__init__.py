"""Figures as plain data, one family per module."""
