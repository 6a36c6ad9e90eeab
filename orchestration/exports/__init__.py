"""Files for other tools: traces, generated tests, replay bundles, reports."""
