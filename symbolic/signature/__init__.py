"""Signs of the eigenvalues of H_f and H_L: the form of a cycle of maps, decomposed with the cycle."""
