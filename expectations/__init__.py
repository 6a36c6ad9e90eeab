"""The plausibility of data: Great Expectations suites, one module per validated table."""
