"""Recorded sessions saved, packed, dated or served otherwise: variations that change nothing that is said."""
