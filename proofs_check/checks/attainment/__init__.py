"""Checks of the theorems on attained ranks, for all sizes."""
