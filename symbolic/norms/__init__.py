"""Spectral norms of Hessians of ReLU networks: letters, rules, bounds and their proofs (Kiselev & Grabovoy 2024)."""
