"""Ranges of architectures, measured or certified in parallel, one row an instance in an embedded store."""
