"""Two-layer networks of equal widths: their Hessian's two parts, and what signs of eigenvalues say."""
