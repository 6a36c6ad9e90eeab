"""The published site as an asset."""
