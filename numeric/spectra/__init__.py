"""Eigenvalues, inertia and characteristic polynomials, and Hessians by complex steps."""
