"""Spectra of networks at initialisation: what the checks, the figures and ``hessproof spectrum`` share."""
