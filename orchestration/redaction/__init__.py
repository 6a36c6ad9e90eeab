"""Secrets and personal data in texts: what they look like (rules as data), and the keyed marks that replace them."""
