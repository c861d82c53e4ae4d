"""Densities, distribution functions and fractions of negative eigenvalues of free sums, to a requested accuracy."""
