"""Checks about the loss of a growing sample."""
