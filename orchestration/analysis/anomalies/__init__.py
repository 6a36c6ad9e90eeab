"""Anomaly detection: detectors, who trains whom, and what becomes a warning."""
