"""One flow, handler or session out of the published tables, as dataclasses, for the site, exports and commands."""
