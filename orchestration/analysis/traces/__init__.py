"""Sessions and flows as spans, for the formats of other tools."""
