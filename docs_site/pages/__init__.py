"""The kinds of pages, one module each: read, decide, render."""
