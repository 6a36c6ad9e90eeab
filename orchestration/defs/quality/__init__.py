"""The judgements: Great Expectations and the sums of lines, as asset checks."""
