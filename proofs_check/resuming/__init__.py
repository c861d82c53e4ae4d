"""Finished pieces of long computations, kept so that an interrupted one can go on."""
