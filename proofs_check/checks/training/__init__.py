"""Checks about initialisation and training."""
