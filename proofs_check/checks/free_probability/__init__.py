"""Checks of laws, transforms and free sums."""
