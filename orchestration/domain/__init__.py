"""The words of the domain: tables, signals, identifiers and errors. Standard library only."""
