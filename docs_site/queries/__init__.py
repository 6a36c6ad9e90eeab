"""What several pages ask of the warehouse."""
