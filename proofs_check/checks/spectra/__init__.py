"""Checks about spectra, plateaus and the ratio of rank to parameters."""
