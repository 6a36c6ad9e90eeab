"""The published site: figures, pages, templates and hand-written documentation."""
