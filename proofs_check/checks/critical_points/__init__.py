"""Checks of the experiments with critical points."""
