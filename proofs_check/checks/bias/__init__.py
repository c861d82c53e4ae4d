"""Checks of the statements about networks with bias."""
