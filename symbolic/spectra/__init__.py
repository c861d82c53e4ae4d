"""Repeated eigenvalues and rank per parameter (Singh et al. 2021, S8 and §8)."""
