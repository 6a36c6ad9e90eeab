"""The graph of handlers, and where it is drawn."""
