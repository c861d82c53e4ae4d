"""Checks about norm bounds."""
