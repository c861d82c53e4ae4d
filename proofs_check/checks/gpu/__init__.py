"""Checks that run the array kernels on a GPU."""
