"""Checks about networks with bias."""
