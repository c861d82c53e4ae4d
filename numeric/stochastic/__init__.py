"""Spectra, traces and norms of matrices that are known by their products with vectors."""
