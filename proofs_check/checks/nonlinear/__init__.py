"""Checks about rectified and smooth activations."""
