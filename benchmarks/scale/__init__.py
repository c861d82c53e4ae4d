"""Ranks, spectra and products as the number of parameters grows, beside what else can compute them."""
