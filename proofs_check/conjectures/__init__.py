"""A researcher's own formula, attacked: smallest instances first, then boundaries, then at random."""
