"""Random matrices: draws of Wigner, Wishart, their sums and block structures, and how well a law fits them."""
