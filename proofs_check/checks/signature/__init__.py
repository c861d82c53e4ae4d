"""Checks of the theorems on signatures and the index."""
