"""Checks of statements about two-layer networks and their random model."""
