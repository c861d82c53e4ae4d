"""Checks of limit laws on random matrices."""
