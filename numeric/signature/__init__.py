"""Exact signatures of integer forms, and the points at which they are taken."""
