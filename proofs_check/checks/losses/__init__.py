"""Checks about cross-entropy and log-cosh."""
