"""Critical points of two-layer networks: found, certified, sorted by index."""
