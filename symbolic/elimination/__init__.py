"""Why the witness attains the generic ranks, for all sizes: the kernel's equations, eliminated as matrices."""
