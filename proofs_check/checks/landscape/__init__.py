"""Checks about trained networks: the experiments of Kiselev & Grabovoy 2024."""
