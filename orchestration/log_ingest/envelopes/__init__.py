"""Envelopes: what wraps a message before a dialect sees it, and how it is taken off."""
