"""Everything that moves data: ingest, scan, orchestration and the command line."""
