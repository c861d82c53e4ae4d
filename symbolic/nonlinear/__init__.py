"""Activations as expressions, and the symmetries of rectified networks (Singh et al. 2021, §7.1)."""
