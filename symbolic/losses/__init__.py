"""Losses as expressions, and what they do to rank formulas (Singh et al. 2021, §5.1)."""
