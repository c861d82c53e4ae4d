"""Gradient flow of deep linear networks: conservation laws and the rank of the weights (Singh et al. 2021, §6)."""
