"""Checks about the Hessian of one object and its factors."""
