"""Weights of a user's network, read from a file."""
